import { parseHeaderBytes, parseReceiptProof } from '../../../protocol/chain/event-place.ts';
import { equalBytes, fromHex, toHex, toHex0x, utf8Bytes } from '../../../protocol/encoding/bytes.ts';
import { parseDecimal } from '../../../protocol/encoding/decimal.ts';
import { HASH_BYTES } from '../../../protocol/encoding/hash.ts';
import { canonicalJson, type Json } from '../../../protocol/encoding/json.ts';
import { integer, list, members, text, wrong } from '../../../protocol/encoding/shape.ts';
import type { AnchorInclusion, AnchorJob, OrphanedBlock } from '../../../log/model.ts';
import { STORE_FAULTS } from '../../../text/store.ts';
import { StoreFault } from '../store-fault.ts';

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** An anchor job as canonical JSON (RFC 8785), so that a job has one spelling. */
export function encodeAnchor(job: AnchorJob): Uint8Array {
  return utf8Bytes(canonicalJson(anchorJson(job)));
}

/** Throws a `StoreFault` or a `ProtocolError` where the bytes are no anchor job. */
export function decodeAnchor(bytes: Uint8Array): AnchorJob {
  let value: Json;
  try {
    value = JSON.parse(utf8Decoder.decode(bytes)) as Json;
  } catch (cause) {
    throw new StoreFault(STORE_FAULTS.anchorNotJson, { cause });
  }
  const job = parseAnchor(value);
  if (!equalBytes(encodeAnchor(job), bytes)) throw new StoreFault(STORE_FAULTS.anchorSpelling);
  return job;
}

function anchorJson({ size, root, inclusion, replaced, formerBlocks, ...job }: AnchorJob): Json {
  return {
    ...job,
    ...(replaced === undefined
      ? {}
      : { replaced: replaced.map(({ rawTransaction, txHash }) => ({ rawTransaction, txHash })) }),
    ...(formerBlocks === undefined
      ? {}
      : {
          formerBlocks: formerBlocks.map(({ blockNumber, blockHash, blockTimeMs }) => ({
            blockNumber: blockNumber.toString(),
            blockHash,
            blockTimeMs,
          })),
        }),
    size: size.toString(),
    root: toHex(root),
    ...(inclusion === undefined
      ? {}
      : {
          inclusion: {
            ...inclusion,
            blockNumber: inclusion.blockNumber.toString(),
            anchorIndex: inclusion.anchorIndex.toString(),
          },
        }),
  };
}

const ANCHOR_STATES = ['signed', 'sent', 'mined', 'final', 'failed'] as const;
const MAX_COUNT = Number.MAX_SAFE_INTEGER;
const MAX_REPLACED = 1000;
const MAX_ORPHANED_BLOCKS = 1000;
const MAX_TRANSACTION_CHARS = 256 * 1024;

function parseAnchor(value: Json): AnchorJob {
  const job = members(
    'anchor job',
    value,
    ['id', 'state', 'size', 'root', 'nonce', 'rawTransaction', 'txHash', 'createdAtMs'],
    ['inclusion', 'failure', 'sentAtMs', 'replaced', 'formerBlocks'],
  );
  const state = ANCHOR_STATES.find((known) => known === job['state']);
  if (state === undefined)
    throw wrong(`anchor state should be one of ${ANCHOR_STATES.join(', ')}`, {
      place: 'state',
      expected: ANCHOR_STATES.join(' | '),
    });
  return {
    id: integer('anchor id', job['id'], 0, MAX_COUNT),
    state,
    size: parseDecimal('anchor size', text('anchor size', job['size'], 20)),
    root: fromHex('anchor root', text('anchor root', job['root'], 64), HASH_BYTES),
    nonce: integer('nonce', job['nonce'], 0, MAX_COUNT),
    rawTransaction: text('raw transaction', job['rawTransaction'], MAX_TRANSACTION_CHARS),
    txHash: text('transaction hash', job['txHash'], 66),
    createdAtMs: integer('createdAtMs', job['createdAtMs'], 0, MAX_COUNT),
    ...(job['sentAtMs'] === undefined ? {} : { sentAtMs: integer('sentAtMs', job['sentAtMs'], 0, MAX_COUNT) }),
    ...(job['replaced'] === undefined
      ? {}
      : { replaced: list('replaced', job['replaced'], MAX_REPLACED).map(parseReplaced) }),
    ...(job['formerBlocks'] === undefined
      ? {}
      : { formerBlocks: list('former blocks', job['formerBlocks'], MAX_ORPHANED_BLOCKS).map(parseOrphanedBlock) }),
    ...(job['inclusion'] === undefined ? {} : { inclusion: parseInclusion(job['inclusion']) }),
    ...(job['failure'] === undefined ? {} : { failure: text('failure', job['failure'], 1024) }),
  };
}

function parseReplaced(value: Json): NonNullable<AnchorJob['replaced']>[number] {
  const transaction = members('replaced transaction', value, ['rawTransaction', 'txHash']);
  return {
    rawTransaction: text('raw transaction', transaction['rawTransaction'], MAX_TRANSACTION_CHARS),
    txHash: text('transaction hash', transaction['txHash'], 66),
  };
}

function parseOrphanedBlock(value: Json): OrphanedBlock {
  const block = members('former block', value, ['blockNumber', 'blockHash', 'blockTimeMs']);
  return {
    blockNumber: parseDecimal('block number', text('block number', block['blockNumber'], 20)),
    blockHash: text('block hash', block['blockHash'], 66),
    blockTimeMs: integer('blockTimeMs', block['blockTimeMs'], 0, MAX_COUNT),
  };
}

function parseInclusion(value: Json): AnchorInclusion {
  const inclusion = members(
    'inclusion',
    value,
    ['blockNumber', 'blockHash', 'blockTimeMs', 'transactionIndex', 'logPosition', 'anchorIndex'],
    ['header', 'receiptProof'],
  );
  const { header, receiptProof } = inclusion;
  return {
    blockNumber: parseDecimal('block number', text('block number', inclusion['blockNumber'], 20)),
    blockHash: text('block hash', inclusion['blockHash'], 66),
    blockTimeMs: integer('blockTimeMs', inclusion['blockTimeMs'], 0, MAX_COUNT),
    transactionIndex: integer('transactionIndex', inclusion['transactionIndex'], 0, MAX_COUNT),
    logPosition: integer('logPosition', inclusion['logPosition'], 0, MAX_COUNT),
    anchorIndex: parseDecimal('anchor index', text('anchor index', inclusion['anchorIndex'], 20)),
    ...(header !== undefined && { header: toHex0x(parseHeaderBytes(header)) }),
    ...(receiptProof !== undefined && { receiptProof: parseReceiptProof(receiptProof).map(toHex0x) }),
  };
}
