import type { Json } from '../../src/protocol/encoding/json.ts';
import { json, type Page, serve, type TestServer } from '../client/http-server.ts';
import { servedLog } from '../auditor/served-log.ts';
import {
  ANCHORED_SIZES,
  anchorJson,
  checkpointNote,
  receiptJson,
  type ReceiptJson,
  type TestLedger,
  trustJson,
  type TrustJson,
} from '../oracle/ledger.ts';

interface Question {
  readonly method: string;
  readonly params: Json[];
}

/**
 * The oracle's ledger over HTTP: service and chain node in one, all of whose answers may be
 * changed.
 */
export interface ServedLedger extends TestServer {
  trust: TrustJson;
  /** The receipts that the service shows, by record id. */
  receipts: Map<string, ReceiptJson>;
  /** Pages that replace the honest ones, by path. */
  lies: Map<string, Page>;
  /** Its chain node; undefined: no answer. */
  answerNode: (question: Question) => Json | undefined;
  /** Whether it lists its anchors; one that does not is of an earlier version. */
  listsAnchors: boolean;
}

/** Serves the first `size` records, with receipts against the tree of that size. */
export async function serveLedger(ledger: TestLedger, size: number): Promise<ServedLedger> {
  const pages = servedLog(ledger.entries);
  const receipts = new Map(
    ledger.records.slice(0, size).map((record, i) => [record.header.id, receiptJson(ledger, i, size)]),
  );
  const lies = new Map<string, Page>();
  const server = await serve(({ path, body }) => {
    const { pathname, searchParams } = new URL(path, 'http://ledger');
    const lie = lies.get(pathname);
    if (lie !== undefined) return lie;
    if (pathname === '/rpc' || pathname === '/v1/chain') return json(rpcAnswer(served, body));
    if (pathname === '/trust.json') return json(served.trust);
    if (pathname === '/log/checkpoint') return { body: checkpointNote(ledger, ledger.entries.length) };
    if (pathname === '/v1/evidence') return json(find(receipts, searchParams.get('sha256')!));
    if (pathname === '/v1/anchors' && served.listsAnchors) return json(anchorList(ledger));
    const [, id] = /^\/v1\/evidence\/([^/]+)\/receipt$/.exec(pathname) ?? [];
    if (id !== undefined) return receipts.has(id) ? json(receipts.get(id)) : undefined;
    const tile = pages.get(pathname.replace('/log/', ''));
    return tile === undefined ? undefined : { body: tile };
  });
  const trust = trustJson(ledger);
  trust.chain.rpcUrls = [`${server.url}/rpc`];
  const served: ServedLedger = Object.assign(server, {
    trust,
    receipts,
    lies,
    answerNode: (question: Question) => ledger.chain.answer(question),
    listsAnchors: false,
  });
  return served;
}

function rpcAnswer({ answerNode }: ServedLedger, body: Buffer): object {
  const { id, ...question } = JSON.parse(body.toString()) as { id: number } & Question;
  return { jsonrpc: '2.0', id, result: answerNode(question) };
}

/** As the service lists them, newest first. */
export function anchorList(ledger: TestLedger) {
  const anchors = ANCHORED_SIZES.map((size, id) => {
    const { chainId: _, genesisHash: __, contract: ___, logId: ____, ...stated } = anchorJson(ledger, size)!;
    return { id, state: 'final', ...stated };
  });
  const size = String(ledger.entries.length);
  return { head: { size, root: '' }, published: { size }, chain: { reachable: true }, anchors: anchors.toReversed() };
}

function find(receipts: ReadonlyMap<string, ReceiptJson>, sha256: string): object {
  const items = [...receipts]
    .filter(([, { record }]) => JSON.stringify(record).includes(sha256))
    .map(([id, { record }]) => ({ id, number: record.header.number, index: '0', state: 'anchored' }));
  return { items, nextCursor: null };
}
