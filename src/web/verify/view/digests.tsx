import { VERIFY_PAGE } from '../../../text/verify-page.ts';
import { grouped } from './grouped.ts';
import { useText } from '../../shared/language.ts';
import { withWholeTerms } from './value.tsx';

/** Two digests one above the other, the groups that differ marked. */
export function ComparedDigests({ registered, present }: { readonly registered: string; readonly present: string }) {
  const { t } = useText();
  const [left, right] = [grouped(registered).split(' '), grouped(present).split(' ')];
  const line = (groups: readonly string[], others: readonly string[]) =>
    groups.map((group, i) => (group === others[i] ? <span key={i}>{group} </span> : <mark key={i}>{group} </mark>));
  return (
    <section class="digests">
      <p>
        <span>{withWholeTerms(t(VERIFY_PAGE.registered))}</span> <code>{line(left, right)}</code>
      </p>
      <p>
        <span>{withWholeTerms(t(VERIFY_PAGE.present))}</span> <code>{line(right, left)}</code>
      </p>
    </section>
  );
}
