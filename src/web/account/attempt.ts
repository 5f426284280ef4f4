import { useState } from 'preact/hooks';
import { useText } from '../shared/language.ts';
import { type Call, callsIn, Refusal } from './calls.ts';

export interface Attempts {
  readonly isBusy: boolean;
  /** Why the last attempt failed. */
  readonly refusal: Refusal | undefined;
  /** Does it, one at a time; false where it was refused. */
  readonly attempt: (work: (call: Call) => Promise<void>) => Promise<boolean>;
}

/** What a page asks of the service, with what it shows meanwhile and afterwards. */
export function useAttempts(): Attempts {
  const { lang } = useText();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | undefined>();
  const attempt = async (work: (call: Call) => Promise<void>) => {
    setBusy(true);
    setRefusal(undefined);
    try {
      await work(callsIn(lang));
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      setRefusal(error);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, refusal, attempt };
}
