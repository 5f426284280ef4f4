import { useEffect, useState } from 'preact/hooks';
import { fetchTrust } from '../../client/service.ts';
import { ProtocolError } from '../../protocol/encoding/errors.ts';
import { parseTrust } from '../../protocol/trust-file.ts';
import type { Trust } from '../../protocol/trust.ts';
import { bilingual, type Message } from '../../text/message.ts';
import { VERIFY_SERVICE } from '../../text/verify-service.ts';
import { isSameLog } from '../../verifier/same-log.ts';
import type { HeldTrust } from './held.ts';
import { usedOf } from './trust-choice.ts';

/**
 * The sentence where the trust file in use names another log than this service has; undefined: it
 * names this one, or that is not known. No verdict rests on what the service answers here.
 */
export function useOtherLog(trusts: readonly HeldTrust[]): Message | undefined {
  const [served, setServed] = useState<Trust>();
  const used = usedOf(trusts)?.content;
  const given = used instanceof ProtocolError ? undefined : used;
  useEffect(() => {
    if (given === undefined) return undefined;
    const ended = new AbortController();
    const ask = async () => {
      const offered = await fetchTrust({ url: location.origin, signal: ended.signal });
      if (!ended.signal.aborted) setServed(parseTrust(offered));
    };
    // a service that gives none is named where something else is asked of it
    ask().catch(() => {});
    return () => ended.abort();
  }, [given]);
  if (given === undefined || served === undefined || isSameLog(given, served)) return undefined;
  const names = { given: given.log.origin, served: served.log.origin };
  return bilingual(names.given === names.served ? VERIFY_SERVICE.otherKeys : VERIFY_SERVICE.otherLog, names);
}
