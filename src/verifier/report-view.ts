import { type Fact, factsOf } from '../kinds/view.ts';
import { viewOf } from '../kinds/views.ts';
import type { Report, ReportObject, Step, Verdict } from '../protocol/verify/report.ts';
import { isProven, PENDING_CODES } from '../protocol/verify/verdict.ts';
import { bilingual, type Message } from '../text/message.ts';
import { FACTS } from '../text/record-facts.ts';
import { INDEPENDENCE_SOURCES, REPORT } from '../text/report.ts';
import { stepSentence } from '../text/step-sentence.ts';
import { STEP_LABELS } from '../text/steps.ts';
import { recordedTimeText } from '../text/time.ts';
import {
  ADVICE,
  ADVICE_BY_CAUSE,
  ANSWERS,
  MISMATCH_UNCHECKED,
  OTHER_FILE,
  VERDICT_MEANINGS,
  VERIFIED_DIGEST,
  VERIFIED_FILE,
} from '../text/verdicts.ts';

/**
 * What a report says to its readers, in both languages: the same on the screen, on paper and on a
 * page. Everything follows from the report.
 */

/** What the verdict means, in one sentence. */
export function meaningOf({ verdict, scope, comparison, steps }: Report): Message {
  if (verdict === 'VERIFIED' && scope !== 'record') return scope === 'file' ? VERIFIED_FILE : VERIFIED_DIGEST;
  if (verdict === 'MISMATCH' && steps.some(({ status }) => status === 'unknown')) return MISMATCH_UNCHECKED;
  if (verdict === 'INDETERMINATE' && comparison === 'different') return OTHER_FILE;
  return VERDICT_MEANINGS[verdict];
}

/** What to do next. */
export function adviceOf(report: Report): Message {
  const cause = causeOf(report);
  return cause === undefined ? ADVICE[report.verdict] : ADVICE_BY_CAUSE[cause];
}

/** What keeps a report from being decided, as far as its reader can do something about it. */
export function causeOf(report: Report): keyof typeof ADVICE_BY_CAUSE | undefined {
  const { code = '' } = decidingStep(report) ?? {};
  return report.verdict === 'INDETERMINATE' && Object.hasOwn(CAUSES, code) ? CAUSES[code] : undefined;
}

const CAUSES: Readonly<Record<string, keyof typeof ADVICE_BY_CAUSE>> = {
  'no-answer': 'chain',
  'answer-unreadable': 'chain',
  'source-behind': 'chain',
  'too-few-sources': 'chain',
  'chain-not-asked': 'nodes',
  'service-unreachable': 'service',
  'service-refused': 'service',
  'trust-unavailable': 'service',
  'file-unreadable': 'file',
  'file-changed': 'file',
  'file-cancelled': 'file',
  'no-trust': 'trust',
  'trust-required': 'trust',
  'trust-unreadable': 'trust',
  'origin-unknown': 'trust',
};

/** Whether this is the registered file: the answer that each report gives, whatever its verdict. */
export function fileAnswer({ comparison, scope, steps }: Report): Message {
  if (scope === 'digest') return typedAnswer(comparison, isProven(steps));
  if (comparison === 'equal') return isProven(steps) ? ANSWERS.registeredFile : ANSWERS.statedFile;
  if (comparison === 'different') return isProven(steps) ? ANSWERS.otherFile : ANSWERS.notStatedFile;
  return comparison === 'none' ? ANSWERS.noFile : ANSWERS.unknownFile;
}

function typedAnswer(comparison: Report['comparison'], isRecordProven: boolean): Message {
  if (comparison !== 'equal') return ANSWERS.noFileTyped;
  return isRecordProven ? ANSWERS.typedDigest : ANSWERS.typedStated;
}

/**
 * On whose word the verdict rests besides the operator, in one sentence: the second answer that
 * each report gives.
 */
export function independenceNote(report: Report): Message {
  const { verdict, independence, stated, vouchers, trust, object, steps } = report;
  if (verdict === 'NOT_FOUND') return REPORT.independenceService;
  if (trust === null) return object === null ? REPORT.independenceNotJudged : REPORT.independenceNoTrust;
  const counted = independence.split('+');
  const unchecked = stated.split('+').filter((party) => party !== 'none' && !counted.includes(party));
  if (independence === 'none' && unchecked.length === 0) {
    const isAnchored = steps.some(({ step, status }) => step === 'anchor' && status === 'pass');
    return isAnchored ? REPORT.independenceNone : REPORT.independenceNothing;
  }
  const of = bilingual(REPORT.independenceOf, { sources: partyNames(counted, vouchers) });
  if (unchecked.length === 0) return of;
  const note = bilingual(trust.source === 'file' ? REPORT.unvouched : REPORT.operatorStates, {
    sources: partyNames(unchecked, []),
  });
  return independence === 'none' ? note : { zh: `${of.zh}；${note.zh}`, en: `${of.en}; ${note.en}` };
}

/**
 * The facts of the record by its kind, and what the receipt does not disclose of it. A fact of a
 * record that is not proven intact is marked.
 */
export function recordFacts(report: Report): Fact[] {
  const facts = statedFacts(report);
  if (report.object?.isIntact !== false) return facts;
  return facts.map(({ label, value }) => ({ label, value: bilingual(REPORT.notIntact, { value }) }));
}

/** The same without a mark, for readers that mark all of them once. */
export function statedFacts({ object }: Report): Fact[] {
  if (object === null) return [];
  const { sections, others } = object.withheld;
  const view = viewOf(object.kind);
  return [
    { label: REPORT.number, value: bilingual(REPORT.numberNote, { number: object.number }) },
    ...(view === undefined ? [] : factsOf(view, object.sections, sections)),
    { label: REPORT.receivedAt, value: receivedAtNote(object) },
    ...(others === 0
      ? []
      : [{ label: REPORT.otherSections, value: bilingual(REPORT.othersWithheld, { count: others }) }]),
    {
      label: REPORT.origin,
      value: bilingual(REPORT.originNote, { origin: object.origin, index: object.index ?? '?' }),
    },
  ];
}

/** When the record was registered as its operator states it, or that this is not disclosed. */
export function receivedAtNote({ receivedAt, withheld }: ReportObject): Message {
  if (receivedAt !== null) return recordedTimeText(receivedAt);
  return withheld.sections.includes('time') ? FACTS.withheld : REPORT.receivedAtNone;
}

/** The step that decides the verdict: a contradiction, another file, or what is missing. */
export function decidingStep({ verdict, steps }: Report): Step | undefined {
  const first = (matches: (step: Step) => boolean) => steps.find(matches);
  const deciding: Readonly<Record<Verdict, Step | undefined>> = {
    VERIFIED: undefined,
    MISMATCH: first(({ status }) => status === 'fail'),
    NOT_FOUND: first(({ status }) => status === 'unknown'),
    PENDING: first(({ code }) => PENDING_CODES.includes(code)),
    // What a file differs from decides nothing where the receipt itself was edited.
    INCONSISTENT:
      first(({ step, status }) => status === 'fail' && step !== 'file-digest') ??
      first(({ status, code }) => status === 'fail' && code !== 'digest-differs'),
    INDETERMINATE: first(({ status, code }) => status === 'unknown' && code !== 'not-judged'),
  };
  return deciding[verdict];
}

/** What became of a step, in one sentence. */
export function sentenceOf({ scope }: Report, { step, code }: Step): Message {
  const isTyped = scope === 'digest' && step === 'file-digest' && code === 'ok';
  return isTyped ? ANSWERS.typedDigest : stepSentence(step, code);
}

/**
 * Whether nothing was judged for one reason: the steps would only repeat it twelve times.
 */
export function hasOneCause({ steps }: Report): boolean {
  const causes = steps.filter(({ status, code }) => status !== 'none' && code !== 'not-judged');
  return causes.every(({ status, code }) => status === 'unknown' && code === causes[0]!.code);
}

function partyNames(parties: readonly string[], vouchers: readonly string[]): Message {
  const names: Readonly<Record<string, Message>> = INDEPENDENCE_SOURCES;
  const shown = parties.map((party): Message => {
    const name = names[party] ?? { zh: party, en: party };
    if (party !== 'pinned-block' || vouchers.length === 0) return name;
    return bilingual(REPORT.vouchedFor, { name, vouchers: listOf(vouchers.map(voucherName)) });
  });
  return listOf(shown);
}

/** A voucher is a text of the trust file; where it is an address, what answers there vouches. */
function voucherName(voucher: string): Message {
  const isAddress = URL.canParse(voucher) && /^https?:/i.test(voucher);
  return isAddress ? bilingual(REPORT.voucherNode, { node: voucher }) : { zh: voucher, en: voucher };
}

function listOf(texts: readonly Message[]): Message {
  return { zh: texts.map(({ zh }) => zh).join('、'), en: texts.map(({ en }) => en).join(', ') };
}

/** The deciding step in one sentence, with its code. */
export function reasonNote({ step, code }: Step): Message {
  return bilingual(REPORT.reasonNote, { step: STEP_LABELS[step], sentence: stepSentence(step, code), code });
}

/**
 * Both values that a step compared where they differ; one where they are equal, so that no one
 * looks for a difference.
 */
export function comparedNotes({ step, expected, found }: Step): Message[] {
  const bound = /^(>=|<) (\d+)$/.exec(expected ?? '');
  if (bound !== null && found !== undefined) {
    const message = step === 'finality' ? REPORT.finalBlock : bound[1] === '<' ? REPORT.below : REPORT.atLeast;
    return [bilingual(message, { bound: bound[2]!, value: found })];
  }
  if (expected !== undefined && expected === found) {
    return [bilingual(step === 'file-digest' ? REPORT.digest : REPORT.equal, { value: found })];
  }
  return [
    ...(expected === undefined ? [] : [bilingual(REPORT.expected, { value: expected })]),
    ...(found === undefined ? [] : [bilingual(REPORT.found, { value: found })]),
  ];
}

/** Whether a chain node decided any step; a node that was asked may have given no answer. */
export function isChainAnswered({ steps }: Report): boolean {
  return steps.some(({ sources = [] }) => sources.some(({ status }) => status === 'pass' || status === 'fail'));
}

/** A node that was asked, and who chose it. */
export function nodeNote({ name, by }: Report['nodes'][number]): Message {
  return bilingual(by === 'verifier' ? REPORT.nodeOfVerifier : REPORT.nodeOfOperator, { node: name });
}

/** The trust file that the verdict rests on, and where it came from. */
export function trustNote({ trust, object }: Report): Message {
  if (trust === null) return object === null ? REPORT.trustUnused : REPORT.trustNone;
  const messages = { file: REPORT.trustFile, remembered: REPORT.trustRemembered, server: REPORT.trustServer };
  return bilingual(messages[trust.source], { sha256: `sha256:${trust.sha256}` });
}
