import { askNode } from '../../client/chain-rpc.ts';
import { anchorsLeft } from '../../log/anchor-budget.ts';
import type { Trust } from '../../protocol/trust.ts';
import { Answers } from '../../protocol/verify/answers.ts';
import { identityQuestions, judgeIdentity } from '../../protocol/verify/chain-identity.ts';
import { errorText } from '../../text/error-text.ts';
import { stepSentence } from '../../text/step-sentence.ts';
import { type Finding, finding } from './finding.ts';
import type { DoctorContext, DoctorParts } from './ports.ts';

const LONG_CHAIN_BLOCKS = 20_000;
const FEW_ANCHORS = 1000n;
const WEI_PER_ETHER = 10n ** 18n;

export async function checkChain(
  { folder, keys, countChainBlocks }: DoctorParts,
  { rpcUrls, chainPort }: DoctorContext,
  identity: Trust,
): Promise<Finding[]> {
  const isLocal = rpcUrls === undefined && folder.hasLocalChain();
  const found = isLocal ? [await checkChainJournal(countChainBlocks)] : [];
  const urls = rpcUrls ?? (isLocal ? [`http://127.0.0.1:${chainPort}`] : identity.chain.rpcUrls);
  const nodes = [...new Set(urls)];
  const { sources } = identity.chain;
  if (nodes.length > 0 && nodes.length < sources) {
    found.push(finding('chain-sources-too-few', 'problem', { named: nodes.length, sources }));
  }
  const judged = await Promise.all(nodes.map((url) => checkNode(url, identity)));
  found.push(...judged);
  const usable = nodes.find((_, i) => judged[i]!.code === 'chain');
  const account = accountOf(keys, folder.paths.chainKey);
  if (usable !== undefined && account !== undefined) found.push(...(await checkAccount(account, usable)));
  return found;
}

async function checkChainJournal(countChainBlocks: () => Promise<number>): Promise<Finding> {
  try {
    const blocks = await countChainBlocks();
    return blocks >= LONG_CHAIN_BLOCKS
      ? finding('chain-long', 'warning', { blocks })
      : finding('chain-blocks', 'ok', { blocks });
  } catch (error) {
    return finding('chain-damaged', 'problem', { reason: errorText(error) });
  }
}

async function checkNode(address: string, identity: Trust): Promise<Finding> {
  const questions = identityQuestions(identity);
  const { answers, name: url } = await askNode(address, Object.values(questions));
  if (answers.every((answer) => answer === undefined)) return finding('chain-unreachable', 'warning', { url });
  const { status, code } = judgeIdentity(identity, new Answers(questions, answers));
  return status === 'pass'
    ? finding('chain', 'ok', { url })
    : finding('chain-identity', 'problem', { url, reason: stepSentence('chain-identity', code) });
}

/** What the account can pay for at the current price; no finding where the node does not answer. */
async function checkAccount(account: string, url: string): Promise<Finding[]> {
  const { answers } = await askNode(url, [
    { method: 'eth_getBalance', params: [account, 'latest'] },
    { method: 'eth_gasPrice', params: [] },
  ]);
  const [balance, price] = answers.map((answer) =>
    typeof answer === 'string' && /^0x[0-9a-f]+$/i.test(answer) ? BigInt(answer) : undefined,
  );
  if (balance === undefined || price === undefined) return [];
  const anchors = anchorsLeft(balance, price);
  if (anchors === undefined) return [finding('account-free', 'ok', { account })];
  const facts = { account, balance: formatEther(balance), anchors: anchors.toString() };
  return [anchors < FEW_ANCHORS ? finding('account-poor', 'warning', facts) : finding('account', 'ok', facts)];
}

/** Undefined where the key cannot be read, which is a finding of its own. */
function accountOf({ readChainKey, accountOf: compute }: DoctorParts['keys'], path: string): string | undefined {
  try {
    return compute(readChainKey(path));
  } catch {
    return undefined;
  }
}

/** Decimal ether with at least one fraction digit. */
function formatEther(wei: bigint): string {
  const fraction = (wei % WEI_PER_ETHER).toString().padStart(18, '0').replace(/0+$/, '');
  return `${wei / WEI_PER_ETHER}.${fraction === '' ? '0' : fraction}`;
}
