import type { Lang, Message } from '../../text/message.ts';
import { VARIABLES } from '../../text/settings.ts';
import { fallbackOf, SETTING_NAMES, type SettingName, SETTINGS } from './settings-table.ts';

/** What holds where nothing is set, in a text that is true on every machine. */
export function defaultText(name: SettingName): Message {
  const setting: { readonly env: string; readonly fallbackText?: Message } = SETTINGS[name];
  const value = fallbackOf(name, {}) ?? '';
  return setting.fallbackText ?? { zh: value, en: value };
}

/** `docs/SETTINGS.md`. */
export function settingsDocument(): string {
  return `# Settings / 设置

A value comes from a flag of the command, else from the environment, else from the settings file, else it is the default.
The settings file is the one that \`EVL_CONFIG\` names, else \`evl.yaml\` in the current folder, else \`/etc/evidence-ledger/evl.yaml\`; only the first of them is read.
Paths in the file are relative to the file, all others to the current folder.
\`evl settings\` prints the values in force and where each comes from. This page is printed by \`evl settings --markdown\`.

取值的先后：命令行选项、环境变量、设置文件、默认值。设置文件是 \`EVL_CONFIG\` 所指的文件，未指定时是当前目录的 \`evl.yaml\`，再没有则是 \`/etc/evidence-ledger/evl.yaml\`；只读其中的第一个。文件中的相对路径以该文件所在目录为准，其余以当前目录为准。\`evl settings\` 显示现值及其来源。

## English

${table('en', ['evl.yaml', 'variable', 'value', 'default', 'meaning'])}

Variables that are not settings:

${variables('en')}

## 中文

${table('zh', ['evl.yaml', '环境变量', '取值', '默认', '含义'])}

不属于设置的环境变量：

${variables('zh')}

## An example of evl.yaml

\`\`\`yaml
dataDir: /srv/evidence
port: 8080
rpcUrl: https://node-one.example https://node-two.example
case: （2026）浙01刑初123号
lang: zh
\`\`\`
`;
}

function table(lang: Lang, headings: readonly string[]): string {
  const rows = SETTING_NAMES.map((name) => {
    const { env, kind, [lang]: meaning } = SETTINGS[name];
    const cells = [kind.name[lang], defaultText(name)[lang], meaning];
    return `| \`${name}\` | \`${env}\` | ${cells.join(' | ')} |`;
  });
  return [`| ${headings.join(' | ')} |`, `|${' --- |'.repeat(headings.length)}`, ...rows].join('\n');
}

function variables(lang: Lang): string {
  return Object.entries(VARIABLES)
    .map(([name, meaning]) => `- \`${name}\`${lang === 'zh' ? '：' : ': '}${meaning[lang]}`)
    .join('\n');
}
