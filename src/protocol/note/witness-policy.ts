import { parseWitnessVkey, type WitnessKey } from './cosignature.ts';
import { ProtocolError, type ReadingFacts } from '../encoding/errors.ts';
import { toBase64 } from '../encoding/bytes.ts';
import { parseVkey, type VerifierKey } from './vkey.ts';

/**
 * A policy of C2SP tlog-policy: the logs, their witnesses, and the quorum of witnesses that must
 * have cosigned a checkpoint.
 */
export interface WitnessPolicy {
  /** The text as it was read, byte for byte. */
  readonly source: string;
  readonly logs: readonly { readonly key: VerifierKey; readonly url?: string }[];
  readonly witnesses: readonly PolicyWitness[];
  readonly quorum: Quorum;
}

export interface PolicyWitness {
  /** Has a meaning only within the policy. */
  readonly name: string;
  readonly key: WitnessKey;
  /** The base address of the witness. */
  readonly url?: string;
}

/** A group is met by at least `k` of its members, `none` always. */
export type Quorum = 'none' | Member;
type Member = PolicyWitness | Group;

interface Group {
  readonly name: string;
  readonly k: number;
  readonly members: readonly Member[];
}

export const MAX_POLICY_BYTES = 64 * 1024;

/** Whether the quorum is met where these witnesses have cosigned. */
export function isQuorumMet(quorum: Quorum, cosigned: ReadonlySet<WitnessKey>): boolean {
  if (quorum === 'none') return true;
  if ('key' in quorum) return cosigned.has(quorum.key);
  return quorum.members.filter((member) => isQuorumMet(member, cosigned)).length >= quorum.k;
}

/** The quorum in one line: `2/3(court,notary,1/2(a,b))`. */
export function describeQuorum(quorum: Quorum): string {
  if (quorum === 'none') return quorum;
  if ('key' in quorum) return quorum.name;
  return `${quorum.k}/${quorum.members.length}(${quorum.members.map(describeQuorum).join(',')})`;
}

/**
 * Parses a policy; throws `policy-malformed` or an error of its keys. Each line must end in a
 * newline, since a truncated policy could otherwise name another witness.
 */
export function parsePolicy(source: string): WitnessPolicy {
  if (source.length > MAX_POLICY_BYTES) throw malformed(`has over ${MAX_POLICY_BYTES} characters`);
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(source)) throw malformed('has a control character');
  if (!source.endsWith('\n')) throw malformed('does not end in a newline');
  const reader = new PolicyReader(source);
  source
    .slice(0, -1)
    .split('\n')
    .forEach((line, i) => reader.read(line, i + 1));
  return reader.finish();
}

/** Lines refer only to names defined above them, so one pass suffices. */
class PolicyReader {
  readonly #source: string;
  readonly #logs: WitnessPolicy['logs'][number][] = [];
  readonly #witnesses: PolicyWitness[] = [];
  readonly #defined = new Map<string, Member>();
  readonly #members = new Set<string>();
  #quorum: Quorum | undefined;
  #line = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(line: string, number: number): void {
    this.#line = number;
    const [keyword, ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
    if (keyword === undefined || keyword.startsWith('#')) return;
    if (keyword === 'log') this.#readLog(items);
    else if (keyword === 'witness') this.#readWitness(items);
    else if (keyword === 'group') this.#readGroup(items);
    else if (keyword === 'quorum') this.#readQuorum(items);
    else throw this.#wrong(`begins with ${quoted(keyword)}`, { found: quoted(keyword) });
  }

  finish(): WitnessPolicy {
    if (this.#quorum === undefined) throw malformed('has no quorum line');
    return { source: this.#source, logs: this.#logs, witnesses: this.#witnesses, quorum: this.#quorum };
  }

  #readLog(items: readonly string[]): void {
    const [vkey, url] = items;
    if (vkey === undefined || items.length > 2)
      throw this.#wrong('is not "log <vkey> [<url>]"', { expected: 'log <vkey> [<url>]' });
    const key = this.#keyOf(() => parseVkey(vkey));
    this.#requireNew(key, this.#logs, 'log');
    this.#logs.push({ key, ...(url !== undefined && { url }) });
  }

  #readWitness(items: readonly string[]): void {
    const [name, vkey, url] = items;
    if (name === undefined || vkey === undefined || items.length > 3) {
      throw this.#wrong('is not "witness <name> <vkey> [<url>]"', { expected: 'witness <name> <vkey> [<url>]' });
    }
    const key = this.#keyOf(() => parseWitnessVkey(vkey));
    this.#requireNew(key, this.#witnesses, 'witness');
    const witness = { name, key, ...(url !== undefined && { url }) };
    this.#define(name, witness);
    this.#witnesses.push(witness);
  }

  #readGroup([name, threshold, ...names]: readonly string[]): void {
    if (name === undefined || threshold === undefined || names.length === 0) {
      throw this.#wrong('is not "group <name> all|any|<k> <name>…"', {
        expected: 'group <name> all|any|<k> <name>…',
      });
    }
    const members = names.map((member) => this.#takeMember(member));
    this.#define(name, { name, k: this.#threshold(threshold, members.length), members });
  }

  #readQuorum([name, ...more]: readonly string[]): void {
    if (name === undefined || more.length > 0)
      throw this.#wrong('is not "quorum <name>"', { expected: 'quorum <name>' });
    if (this.#quorum !== undefined) throw this.#wrong('is a second quorum');
    this.#quorum = name === 'none' ? name : this.#named(name);
  }

  #threshold(text: string, members: number): number {
    if (text === 'any') return 1;
    if (text === 'all') return members;
    const k = /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : 0;
    if (k < 1 || k > members) throw this.#wrong(`asks for ${JSON.stringify(text.slice(0, 40))} of ${members} members`);
    return k;
  }

  /** A name is a member only once: a witness in two groups could meet a quorum by itself. */
  #takeMember(name: string): Member {
    const member = this.#named(name);
    if (this.#members.has(name))
      throw this.#wrong(`names ${quoted(name)}, which is a member already`, { found: quoted(name) });
    this.#members.add(name);
    return member;
  }

  #named(name: string): Member {
    const member = this.#defined.get(name);
    if (member === undefined)
      throw this.#wrong(`names ${quoted(name)}, which no line above defines`, { found: quoted(name) });
    return member;
  }

  #define(name: string, member: Member): void {
    if (name === 'none' || this.#defined.has(name))
      throw this.#wrong(`defines ${quoted(name)}, which is taken`, { found: quoted(name) });
    this.#defined.set(name, member);
  }

  /** Compares public keys, not names or ids: two entries with one key are one signer. */
  #requireNew({ publicKey }: VerifierKey, others: readonly { readonly key: VerifierKey }[], what: string): void {
    const text = toBase64(publicKey);
    if (others.some(({ key }) => toBase64(key.publicKey) === text)) throw this.#wrong(`repeats the key of a ${what}`);
  }

  #keyOf<Key>(parse: () => Key): Key {
    try {
      return parse();
    } catch (cause) {
      if (!(cause instanceof ProtocolError)) throw cause;
      const facts = { ...cause.facts, line: this.#line };
      throw new ProtocolError(cause.code, `policy line ${this.#line}: ${cause.message}`, { ...facts, cause });
    }
  }

  #wrong(reason: string, facts: ReadingFacts = {}): ProtocolError {
    return malformed(`line ${this.#line} ${reason}`, { line: this.#line, ...facts });
  }
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}

function malformed(reason: string, facts: ReadingFacts = {}): ProtocolError {
  return new ProtocolError('policy-malformed', `witness policy ${reason}`, facts);
}
