import type { WitnessParts } from '../../src/log/log.ts';
import type { CosignerAnswer } from '../../src/log/model.ts';
import type { Cosigner } from '../../src/log/ports.ts';
import type { WitnessEvent } from '../../src/log/witness-session.ts';
import type { AddCheckpoint } from '../../src/protocol/note/add-checkpoint.ts';
import { parseWitnessVkey } from '../../src/protocol/note/cosignature.ts';
import { parsePolicy } from '../../src/protocol/note/witness-policy.ts';
import type { TestKey } from '../oracle/note.ts';
import { cosignatureLine, policyOf, testWitness } from '../oracle/witness.ts';
import { logKey } from './memory-log.ts';

/** A witness in memory that accepts every proof; tests can replace its answers. */
export class ScriptedWitness implements Cosigner {
  readonly name: string;
  readonly testKey: TestKey;
  readonly key;
  readonly asked: AddCheckpoint[] = [];
  size = 0n;
  timeSeconds = 1_790_000_000;
  /** The note that it shows; by default the one that it cosigned last. */
  shown: string | undefined;
  answer: ((request: AddCheckpoint) => CosignerAnswer | Promise<CosignerAnswer>) | undefined;
  heard = 0;

  constructor(name: string, seedByte: number) {
    this.name = name;
    this.testKey = testWitness(`${name}.test/witness`, seedByte);
    this.key = parseWitnessVkey(this.testKey.vkey);
  }

  async add(request: AddCheckpoint): Promise<CosignerAnswer> {
    this.asked.push(request);
    return this.answer === undefined ? this.cosign(request) : this.answer(request);
  }

  cosign({ oldSize, note }: AddCheckpoint): CosignerAnswer {
    if (oldSize !== this.size) return { status: 'other-size', size: this.size };
    const text = textOf(note);
    this.size = BigInt(text.split('\n')[1]!);
    this.shown = note + this.line(text);
    return { status: 'cosigned', lines: this.line(text) };
  }

  line(text: string): string {
    return cosignatureLine(this.testKey, text, this.timeSeconds++);
  }

  async latest(): Promise<string | undefined> {
    this.heard++;
    return this.shown;
  }
}

export interface Company extends WitnessParts {
  readonly events: WitnessEvent[];
  /** Ends the wait of the publication. */
  expireTimeout: () => void;
}

/** A policy whose quorum is k of these witnesses. */
export function companyOf(k: number, ...cosigners: readonly ScriptedWitness[]): Company {
  const events: WitnessEvent[] = [];
  const company: Company = {
    policy: parsePolicy(policyOf(k, ...cosigners.map(({ testKey }) => testKey))),
    cosigners,
    keys: [logKey],
    sleep: () =>
      new Promise((resolve) => {
        company.expireTimeout = resolve;
      }),
    onEvent: (event) => events.push(event),
    events,
    expireTimeout: () => {},
  };
  return company;
}

export function textOf(note: string): string {
  return note.slice(0, note.lastIndexOf('\n\n') + 1);
}
