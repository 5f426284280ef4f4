import { argumentPaths, type PathBytes, pathText } from '../../adapters/files/path-bytes.ts';
import type { Service } from '../../client/http.ts';
import { LogClient } from '../../client/log.ts';
import { HASHES } from '../../compose/hashes.ts';
import { equalBytes, toBase64 } from '../../protocol/encoding/bytes.ts';
import type { Checkpoint } from '../../protocol/note/checkpoint.ts';
import { formatNote, type Note } from '../../protocol/note/note.ts';
import { trustFingerprint } from '../../protocol/trust-file.ts';
import type { Trust } from '../../protocol/trust.ts';
import { judgePins, judgeSignature, type PinConsistency } from '../../protocol/verify/log-steps.ts';
import type { StepResult } from '../../protocol/verify/report.ts';
import { EXIT } from '../../text/exit-codes.ts';
import { stepSentence } from '../../text/step-sentence.ts';
import { TRUST } from '../../text/trust.ts';
import { fetchPinProof } from '../../verifier/pins.ts';
import { serviceOf } from '../settings/service-settings.ts';
import type { Cli } from '../shell/context.ts';
import { requireTrustFile, writeTrustFile } from './trust-file.ts';

export interface PinCheckpointOptions {
  readonly trust: string;
  readonly url?: string;
}

/**
 * Pins the checkpoint that the log shows now, if a trusted key signed it and it extends, or is
 * extended by, every checkpoint that is pinned already.
 */
export async function pinCheckpoint(cli: Cli, options: PinCheckpointOptions): Promise<number> {
  const [path] = argumentPaths([options.trust]) as [PathBytes];
  const trust = await requireTrustFile(path);
  const service = await serviceOf(cli.settings({ url: options.url }), cli.lang);
  const { note, checkpoint, results } = await judgeCheckpoint(service, trust);
  const [size, root] = [checkpoint.size.toString(), toBase64(checkpoint.root)];
  const fault = results.find(({ status }) => status !== 'pass' && status !== 'none');
  if (fault !== undefined) {
    cli.output.line(cli.format(TRUST.checkpointNotPinned, { size, reason: stepSentence('', fault.code) }), 'bad');
    cli.output.json({ pinned: false, size, root, code: fault.code });
    return fault.status === 'fail' ? EXIT.inconsistent : EXIT.indeterminate;
  }
  const isPinned = trust.pinnedCheckpoints.some(
    ({ checkpoint: pin }) => pin.size === checkpoint.size && equalBytes(pin.root, checkpoint.root),
  );
  const pins = [...trust.pinnedCheckpoints, { note: formatNote(note), checkpoint }];
  const pinned = isPinned ? trust : { ...trust, pinnedCheckpoints: pins };
  if (isPinned) cli.output.line(cli.format(TRUST.checkpointWasPinned, { size, root }));
  else {
    await writeTrustFile(path, pinned);
    cli.output.line(cli.format(TRUST.checkpointPinned, { size, root }), 'good');
  }
  const sha256 = trustFingerprint(pinned);
  cli.output.line(cli.format(TRUST.trustIs, { file: pathText(path).text, sha256 }));
  cli.output.json({ pinned: true, size, root, trust: { sha256 } });
  return EXIT.ok;
}

async function judgeCheckpoint(
  service: Service,
  trust: Trust,
): Promise<{ readonly note: Note; readonly checkpoint: Checkpoint; readonly results: readonly StepResult[] }> {
  const log = new LogClient(service, HASHES.tree);
  const { note, checkpoint } = await log.checkpoint();
  const signature = judgeSignature({ note, checkpoint }, trust, undefined);
  const proofs = signature.status === 'pass' ? await fetchAllPinProofs(log, checkpoint, trust) : [];
  return { note, checkpoint, results: [signature, judgePins(HASHES.sha256, { checkpoint }, trust, proofs)] };
}

/** Unlike for a verdict, a proof that cannot be fetched ends the command. */
async function fetchAllPinProofs(log: LogClient, { size }: Checkpoint, trust: Trust): Promise<PinConsistency[]> {
  const proofs: PinConsistency[] = [];
  for (const { checkpoint: pin } of trust.pinnedCheckpoints) {
    if (pin.size !== size) proofs.push(await fetchPinProof(size, pin.size, log));
  }
  return proofs;
}
