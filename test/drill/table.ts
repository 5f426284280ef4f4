import type { Lang } from '../../src/text/message.ts';
import type { Attack, Grade } from './minutes.ts';

const HEADINGS = {
  en: ['attack', 'who', 'by', 'outcome', 'in the words of the program'],
  zh: ['攻击', '谁', '凭什么', '结果', '程序的原话'],
} as const;

const OUTCOMES: Readonly<Record<Lang, Readonly<Record<Grade, string>>>> = {
  en: { alarm: 'finds it', doubt: 'does not take it', quiet: '**sees nothing**' },
  zh: { alarm: '发现', doubt: '不予采信', quiet: '**看不出**' },
};

/**
 * What the drill came to, as a table in Markdown: of each attack who found it and how, who did not
 * take it for good, who saw nothing.
 */
export function table(attacks: readonly Attack[], lang: Lang): string {
  const rows = attacks.flatMap(({ title, sights }) =>
    sights.map(({ who, by, grade, said }, i) => [
      i === 0 ? title[lang] : '',
      who[lang],
      by[lang],
      OUTCOMES[lang][grade],
      said,
    ]),
  );
  return [HEADINGS[lang], HEADINGS[lang].map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
