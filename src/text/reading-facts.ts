/** What a reader found: the members of `ReadingFacts` of src/protocol. */
export interface Facts {
  readonly place?: string | undefined;
  readonly line?: number | undefined;
  readonly character?: number | undefined;
  readonly found?: string | number | undefined;
  readonly expected?: string | number | undefined;
  readonly limit?: number | undefined;
  readonly unit?: keyof typeof UNITS | undefined;
}

const UNITS = { bytes: '字节', items: '项', lines: '行' } as const;

/**
 * The Chinese names of the kinds of JSON values and of the documents that are read. Members keep
 * the name that the format gives them.
 */
export const FACT_NAMES: Readonly<Record<string, string>> = {
  absent: '缺失',
  'a list': '列表',
  'an object': '对象',
  'a string': '文本',
  'a number': '数',
  'a boolean': '布尔值',

  answer: '答复',
  'audit state': '审计记录',
  checkpoint: '检查点',
  receipt: '回执',
  'record header': '记录头',
  'request body': '请求内容',
  'trust file': '核验基准文件',
};

/**
 * The facts that are known, in parentheses behind a Chinese sentence; empty where there are none.
 * The English message of a reader names them itself.
 */
export function factsInChinese({ place, line, character, found, expected, limit, unit }: Facts): string {
  const counted = (value: string | number) =>
    typeof value === 'string' ? nameOf(value) : `${value}${unit === undefined ? '' : ` ${UNITS[unit]}`}`;
  const parts = [
    line !== undefined && `第 ${line} 行`,
    place !== undefined && `位置：${nameOf(place)}`,
    character !== undefined && `第 ${character} 个字符（自 0 起）`,
    found !== undefined && `实际：${counted(found)}`,
    expected !== undefined && `应为：${counted(expected)}`,
    limit !== undefined && `上限：${counted(limit)}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? '' : `（${parts.join('；')}）`;
}

/** The name in Chinese, of a member that of its document; else the name as the format has it. */
function nameOf(name: string): string {
  const [document, ...members] = name.split('.');
  if (Object.hasOwn(FACT_NAMES, name)) return FACT_NAMES[name]!;
  if (members.length === 0 || !Object.hasOwn(FACT_NAMES, document!)) return name;
  return `${FACT_NAMES[document!]!} ${members.join('.')}`;
}
