import type { Lang } from '../../text/message.ts';

/**
 * What was asked for (`--lang`, `EVL_LANG`, evl.yaml), else what the locale says: Chinese where it
 * begins with zh, else English.
 */
export function chooseLanguage(asked: string | undefined, env: NodeJS.ProcessEnv): Lang {
  if (asked === 'zh' || asked === 'en') return asked;
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '');
  return locale?.toLowerCase().startsWith('zh') === true ? 'zh' : 'en';
}
