import type { Lang } from '../../src/text/message.ts';
import type { Attack, Grade } from './transcript.ts';

const HEADINGS = {
  en: ['attack', 'who', 'how', 'outcome', 'output of the program'],
  zh: ['攻击', '谁', '方式', '结果', '程序输出'],
} as const;

const OUTCOMES: Readonly<Record<Lang, Readonly<Record<Grade, string>>>> = {
  en: { alarm: 'finds it', doubt: 'does not accept it', quiet: '**notices nothing**' },
  zh: { alarm: '发现', doubt: '未予接受', quiet: '**未发现**' },
};

/**
 * The result of the drill as a Markdown table: for each attack who found it and how, and who did
 * not.
 */
export function table(attacks: readonly Attack[], lang: Lang): string {
  const rows = attacks.flatMap(({ title, entries }) =>
    entries.map(({ who, by, grade, summary }, i) => [
      i === 0 ? title[lang] : '',
      who[lang],
      by[lang],
      OUTCOMES[lang][grade],
      summary,
    ]),
  );
  return [HEADINGS[lang], HEADINGS[lang].map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
