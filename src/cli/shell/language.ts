import type { Lang } from '../../text/message.ts';

/**
 * The configured language (`--lang`, `EVL_LANG`, evl.yaml), else that of the locale: Chinese where
 * it begins with zh, else English.
 */
export function chooseLanguage(configured: string | undefined, env: NodeJS.ProcessEnv): Lang {
  if (configured === 'zh' || configured === 'en') return configured;
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => value !== undefined && value !== '');
  return locale?.toLowerCase().startsWith('zh') === true ? 'zh' : 'en';
}
