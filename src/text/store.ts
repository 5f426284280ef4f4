import type { Message } from './message.ts';

/** What is wrong with what is stored, as a parameter of an error or the text of a finding. */
export const STORE_FAULTS = {
  // Where a fault lies
  atFrame: {
    zh: '{file}，偏移 {offset}，帧 {seq}：{reason}',
    en: '{file} at offset {offset}, seq {seq}: {reason}',
  },
  inFolder: { zh: '{folder}：{reason}', en: '{folder}: {reason}' },
  unreadable: { zh: '无法读取：{reason}', en: 'it cannot be read: {reason}' },

  // Bytes of a frame
  frameTooShort: { zh: '只有 {found} 字节，不足一帧', en: '{found} bytes are too few for a frame' },
  payloadLength: {
    zh: '帧内数据长度为 {found}，应为 1 至 {max}',
    en: 'payload length is {found}, should be from 1 to {max}',
  },
  frameCut: { zh: '帧应有 {expected} 字节，实有 {found} 字节', en: 'frame should have {expected} bytes, has {found}' },
  frameCrc: { zh: 'crc32 为 {found}，应为 {expected}', en: 'crc32 is {found}, should be {expected}' },
  seqTooLarge: { zh: '帧号 {seq} 过大', en: 'seq {seq} is too large' },
  seqDiffers: { zh: '帧号为 {found}，应为 {expected}', en: 'frame has seq {found}, should have {expected}' },
  previousHash: {
    zh: '与帧 {before} 不衔接：所述前一帧的哈希不同',
    en: 'frame does not follow frame {before}: another previous hash',
  },
  frameFollows: {
    zh: '{reason}；其后偏移 {offset} 处有完整的帧 {seq}',
    en: '{reason}; a whole frame {seq} follows at offset {offset}',
  },
  frameDiffers: {
    zh: '帧与建立索引时的不同',
    en: 'the frame differs from the one that the index was made from',
  },

  // Segments
  segmentEmptyInside: { zh: '分段文件为空，应以一帧开头', en: 'segment is empty, should begin with a frame' },
  segmentEmpty: { zh: '分段文件为空', en: 'the segment is empty' },
  segmentMissing: { zh: '分段文件缺失', en: 'the segment is missing' },
  segmentCut: { zh: '分段文件过早结束', en: 'the segment ends too early' },
  segmentOther: {
    zh: '缺少分段文件 {expected}，其位置上是 {found}',
    en: 'segment {expected} is missing, {found} is in its place',
  },
  segmentNone: { zh: '没有分段文件 {expected}', en: 'there is no segment {expected}' },
  segmentBegin: {
    zh: '分段文件以不属于此处的帧 {found} 开头',
    en: 'segment begins with frame {found}, which does not belong there',
  },
  segmentBeginNone: {
    zh: '分段文件的开头不是一帧',
    en: 'segment does not begin with a frame',
  },
  segmentLength: {
    zh: '分段文件有 {found} 字节，应有 {expected} 字节',
    en: 'segment has {found} bytes, should have {expected}',
  },
  noCommit: { zh: '登记流水中没有任何提交', en: 'the journal holds no commit' },

  // The journal compared with what is known of it
  framesLost: {
    zh: '索引所载的帧 {first} 至 {last} 已从登记流水中丢失：首帧应在 {segment} 的偏移 {offset} 处，而最新的分段文件 {newest} 只有 {length} 字节',
    en: 'frames seq {first}..{last}, which the index has, are lost from the journal: the first should lie in {segment} at offset {offset}, the newest segment {newest} has {length} bytes',
  },
  belowExternal: {
    zh: '{reason}；其前共 {size} 条记录，而外部已见到 {external} 条',
    en: '{reason}; the tree before it has {size} records, {external} are known outside of this ledger',
  },
  noIndexWitness: {
    zh: '{reason}；没有索引能证明这一帧未曾得到确认',
    en: '{reason}; no index can prove that this frame was not acknowledged',
  },
  oldIndexAhead: {
    zh: '登记流水到此为止，而原索引包含直到帧 {seq} 的内容：其间的帧已丢失',
    en: 'the journal ends here, the old index covers frames up to seq {seq}: they are lost',
  },
  oldIndexDiffers: {
    zh: '帧与建立原索引时的不同',
    en: 'the frame differs from the one that the old index was made from',
  },

  // What a frame states
  payloadKind: {
    zh: '帧的类型为 {kind}，版本为 {version}；本程序认识类型 1 至 3、版本 1',
    en: 'payload has kind {kind} version {version}, known are kinds 1 to 3 of version 1',
  },
  payloadCut: { zh: '帧内数据在 {field} 处中断', en: 'payload ends within {field}' },
  payloadRest: { zh: '帧内数据末尾多出 {count} 字节', en: 'payload has {count} bytes after its end' },
  timeTooLarge: { zh: '时间 {ms} 毫秒过大', en: 'last time is {ms} ms, too large' },
  markFlag: {
    zh: '记录 {record} 的幂等标志为 {found}，应为 0 或 1',
    en: 'mark flag of record {record} is {found}, should be 0 or 1',
  },
  fieldTooLong: { zh: '{field} 有 {found} 字节，最多 {max} 字节', en: '{field} has {found} bytes, at most {max}' },
  fieldNotUtf8: { zh: '{field} 不是 UTF-8 文本', en: '{field} is not UTF-8' },
  anchorNotJson: { zh: '锚定任务不是 UTF-8 JSON', en: 'anchor job is not UTF-8 JSON' },
  anchorSpelling: { zh: '锚定任务不是规范写法', en: 'anchor job is not in its canonical spelling' },
  bodyVersion: {
    zh: '记录内容的版本为 {found}，应为 {expected}',
    en: 'record body has version {found}, should have {expected}',
  },
  bodyNotJson: { zh: '记录内容不是 UTF-8 JSON', en: 'record body is not UTF-8 JSON' },
  commitBegin: {
    zh: '提交始于序号 {found}（自 0 起），而其前共 {size} 条记录',
    en: 'commit begins at record {found}, the tree has {size}',
  },
  commitRoot: {
    zh: '大小为 {size} 的默克尔根与记录不符',
    en: 'root of size {size} is not the root of its tree',
  },
  publishedTooLarge: {
    zh: '公布的检查点大小为 {found}，而共有 {size} 条记录',
    en: 'size {found} is published, the tree has {size}',
  },
  directoryForm: {
    zh: '人员目录项的形式为 {found}，应为 {expected}',
    en: 'directory entry has form {found}, should have {expected}',
  },
  directoryGap: {
    zh: '人员目录项始于 {found}（自 0 起），而其前共 {count} 项',
    en: 'directory entries begin at {found}, there are {count} before',
  },
  directoryEntry: { zh: '人员目录第 {seq} 项（自 0 起）：{reason}', en: 'entry {seq} of the directory: {reason}' },
  personalDiffers: {
    zh: '个人信息部分与该项所载的加盐哈希不符',
    en: 'personal part does not fit its salted hash',
  },
  directoryHash: {
    zh: '人员目录共 {count} 项时的哈希为 {found}，应为 {expected}',
    en: 'hash of the directory of {count} entries is {found}, should be {expected}',
  },
  anchorGap: { zh: '锚定 {id} 之前只有 {count} 项', en: 'anchor {id} comes after {count} of them' },

  // Records
  record: { zh: '记录序号 {record}（自 0 起）：{reason}', en: 'record {record}: {reason}' },
  headerEntry: { zh: '记录头与存证日志条目的哈希不符', en: 'header does not hash to the log entry' },
  sectionMissing: { zh: '缺少“{name}”一节', en: 'section "{name}" is missing' },
  contentOther: {
    zh: '所存内容不是登记的那一份：与“digests”一节的 SHA-256 不同',
    en: 'its content is another one than the SHA-256 of section "digests" names',
  },
  anchorRoot: {
    zh: '锚定 {id} 的根与该大小的树不符',
    en: 'the root of anchor {id} is not that of the tree of its size',
  },
  anchorProof: {
    zh: '锚定 {id} 的区块头与收据证明不支持其所述内容',
    en: 'block header and receipt proof of anchor {id} do not prove what it states',
  },
  checkpointUnsigned: {
    zh: '大小为 {size} 的检查点没有本存证日志的有效签名',
    en: 'the checkpoint of size {size} has no valid signature of this log',
  },
  recordOther: {
    zh: '索引在“{by}”下列出记录序号 {record}，而该记录不是所查的',
    en: 'the index lists record {record} under "{by}", which is not the one that was looked up',
  },
  sectionTwice: { zh: '同一节出现两次', en: 'a section is stored twice' },
  sectionDiffers: {
    zh: '“{name}”一节与登记时封存的哈希不符',
    en: 'section "{name}" does not match its commitment',
  },
  receivedAt: {
    zh: 'receivedAt 为 {found} 毫秒，应在 {from} 至 {to} 之间',
    en: 'receivedAt is {found} ms, should be from {from} to {to}',
  },

  // Rows of the index
  row: { zh: '索引行“{key}”{reason}', en: 'index row {key} {reason}' },
  rowMissing: { zh: '缺失', en: 'is missing' },
  rowSurplus: { zh: '是多余的', en: 'should not be there' },
  rowDiffers: { zh: '与由登记流水得出的值不同', en: 'differs from the value that the journal makes' },
  rowFirstMissing: { zh: '缺失，而其副本仍在', en: 'is missing, its second copy is there' },
  rowSecondMissing: {
    zh: '或其前一行缺失，而其第一份仍在',
    en: 'or one before it is missing, the first copy is there',
  },
  rowUnreadable: { zh: '或其邻近的行无法读取（{reason}）', en: 'or one near it cannot be read ({reason})' },
  rowTooShort: {
    zh: '的值有 {found} 字节，至少应有 {min} 字节',
    en: 'has a value of {found} bytes, should have at least {min}',
  },
  rowLength: { zh: '有 {found} 字节，应有 {expected} 字节', en: 'has {found} bytes, should have {expected}' },
  rowCrc: { zh: '与其 crc32 不符', en: 'does not have the crc32 of its bytes' },
  rowRoot: { zh: '所述的根与哈希分片和记录不符', en: 'states another root than the tiles and records have' },
  recordMissing: { zh: '缺少记录序号 {record}（自 0 起）', en: 'record {record} is missing' },
  tileOutside: { zh: '哈希分片 {level}/{index} 在树外', en: 'tile {level}/{index} lies outside the tree' },
  tileMissing: {
    zh: '缺少哈希分片 {level}/{index}（宽 {width}）',
    en: 'tile {level}/{index} of width {width} is missing',
  },
  hashDiffers: {
    zh: '{what}的哈希是 {found}，应为 {expected}',
    en: '{what} hashes to {found}, should hash to {expected}',
  },
  entryOf: { zh: '条目包 {index} 的条目 {entry}', en: 'entry {entry} of bundle {index}' },
  tile: { zh: '哈希分片 {key}', en: 'tile {key}' },
  rightEdge: { zh: '大小为 {size} 的树的右缘', en: 'right edge at size {size}' },
  pathOfRecord: { zh: '记录序号 {record}（自 0 起）的证明路径', en: 'path of record {record}' },
  proofRoot: {
    zh: '{what}得出的根是 {found}，在大小 {size} 处应为 {expected}',
    en: '{what} leads to root {found}, should lead to {expected} at size {size}',
  },
  checkpointMissing: { zh: '缺少公布的大小为 {size} 的检查点', en: 'published checkpoint of size {size} is missing' },
  checkpointRoot: {
    zh: '公布的大小为 {size} 的检查点所述的根与树不符',
    en: 'published checkpoint of size {size} states another root than its tree',
  },
  indexNone: { zh: '没有可读的索引', en: 'there is no readable index' },

  // Tables of LevelDB
  table: { zh: '{file}，偏移 {offset}：{reason}', en: 'table {file} at offset {offset}: {reason}' },
  tableFooter: { zh: '文件尾没有指明索引块的位置', en: 'footer does not state where the index lies' },
  tableBlockBeyond: { zh: '{size} 字节的块超出文件', en: 'block of {size} bytes reaches beyond the table' },
  tableBlockCrc: { zh: '块与其 crc32c 不符', en: 'block does not have the crc32c of its bytes' },
  tableHandles: { zh: '指针块无法读取', en: 'block of handles cannot be read' },
  levelCorrupt: { zh: 'LevelDB 报告数据损坏', en: 'LevelDB reports corruption' },
  levelCorruptAt: { zh: 'LevelDB 报告 {file} 数据损坏', en: 'LevelDB reports corruption of {file}' },
  levelMissing: { zh: '其中没有 LevelDB 数据库', en: 'it holds no LevelDB database' },
  levelExists: { zh: '其中已有 LevelDB 数据库', en: 'it holds a LevelDB database already' },
  levelBusy: { zh: '数据库正被另一个进程使用', en: 'another process uses the database' },
  levelClosed: { zh: '数据库已关闭', en: 'the database is closed' },
  levelFailed: { zh: 'LevelDB 无法完成操作', en: 'LevelDB failed' },

  // Writes
  failedAt: { zh: '帧 {seq} 写入失败：{reason}', en: 'frame {seq} failed: {reason}' },
  closed: { zh: '存储已关闭', en: 'the store is closed' },
  writtenInPart: {
    zh: '{length} 字节中只写入了 {written} 字节（偏移 {offset}）',
    en: 'only {written} of {length} bytes were written at offset {offset}',
  },

  // Contents
  contentDiffers: { zh: 'SHA-256 为 {found}，应为 {expected}', en: 'it has SHA-256 {found}, should have {expected}' },
  contentOfRecord: { zh: '记录序号 {record}（自 0 起）的内容缺失', en: 'the content of record {record} is missing' },
  contentMissing: { zh: '内容 {sha256} 缺失', en: 'content {sha256} is missing' },
  contentUnreadable: { zh: '内容 {sha256} 无法读取：{reason}', en: 'content {sha256} cannot be read: {reason}' },
} as const satisfies Readonly<Record<string, Message>>;

/** Names of the index's rows, by the byte of their family, and how a name is put together. */
export const INDEX_ROWS = {
  S: { zh: '状态', en: 'state' },
  s: { zh: '帧', en: 'frame' },
  r: { zh: '记录', en: 'record' },
  b: { zh: '条目包', en: 'bundle' },
  t: { zh: '哈希分片', en: 'tile' },
  a: { zh: '锚定', en: 'anchor' },
  d: { zh: '人员目录项', en: 'directory' },
  f: { zh: '检索', en: 'look-up' },
  k: { zh: '幂等键', en: 'idempotency' },
  p: { zh: '公布的检查点', en: 'published' },
  e: { zh: '最终锚定', en: 'final-anchor' },
  secondCopy: { zh: '{row}（第二份）', en: '{row} (second copy)' },
  lookupOf: { zh: '{by} {value}（序号 {record}）', en: '{by} {value} of record {record}' },
} as const satisfies Readonly<Record<string, Message>>;

/** What a check of the journal reports about frames, notes and segments. */
export const CHECK_FAULTS = {
  tornTail: {
    zh: '帧 {seq}，偏移 {offset}：{reason}；其后 {length} 字节不是帧',
    en: 'frame {seq} at offset {offset}: {reason}; {length} bytes from there on are no frame',
  },
  notRead: {
    zh: '帧 {seq}，偏移 {offset}：{reason}；其后 {length} 字节未能读取',
    en: 'frame {seq} at offset {offset}: {reason}; {length} bytes from there on were not read',
  },
  foreign: {
    zh: '没有这样命名的分段文件；该文件在此处时存证系统不能启动',
    en: 'no segment has such a name; the ledger does not start while the file is there',
  },
  surplus: { zh: '{frames}，偏移 {offset}：重复出现', en: '{frames} at offset {offset}: there a second time' },
  misplaced: {
    zh: '{frames}，偏移 {offset}：完整，但所在的分段文件不对',
    en: '{frames} at offset {offset}: whole, but in the wrong segment',
  },
  unchained: {
    zh: '帧 {seq}，偏移 {offset}：与帧 {before} 不衔接，所述前一帧的哈希不同',
    en: 'frame {seq} at offset {offset} does not follow frame {before}: another previous hash',
  },
  unchainedIndexed: {
    zh: '帧 {seq}，偏移 {offset}：与帧 {before} 不衔接，所述前一帧的哈希不同；建立索引时的帧 {changed} 与此不同',
    en: 'frame {seq} at offset {offset} does not follow frame {before}: another previous hash; the index was made from another frame {changed}',
  },
  timeFalls: { zh: '时间由 {before} 退到 {found}', en: 'last time falls from {before} to {found}' },
  rootDiffers: {
    zh: '大小为 {size} 的根是 {found}，应为 {expected}',
    en: 'root of size {size} is {found}, should be {expected}',
  },
  note: { zh: '大小为 {size} 的检查点{reason}', en: 'note of size {size} {reason}' },
  publishedNote: { zh: '公布的大小为 {size} 的检查点{reason}', en: 'published note of size {size} {reason}' },
  noteSizeUnknown: { zh: '没有对应的提交', en: 'is of a size that no commit made' },
  noteSize: { zh: '所述大小为 {found}', en: 'states size {found}' },
  noteRoot: { zh: '所述的根是 {found}，应为 {expected}', en: 'states root {found}, should state {expected}' },
  noteUnsigned: {
    zh: '没有签名，应由本存证日志的密钥签署',
    en: 'is unsigned, should be signed by the key of the log',
  },
  noteOther: { zh: '所述的大小或根不同', en: 'states another size or root' },
  noteForged: {
    zh: '的签名是伪造的，应由本存证日志的密钥签署',
    en: 'is forged, should be signed by the key of the log',
  },
  noteUnreadable: { zh: '无法读取：{reason}', en: 'cannot be read: {reason}' },

  // What of a gap is known
  frame: { zh: '帧 {first}', en: 'frame {first}' },
  frames: { zh: '帧 {first} 至 {last}', en: 'frames {first}..{last}' },
  recordAt: { zh: '记录序号 {first}（自 0 起）', en: 'record {first}' },
  recordsTo: { zh: '记录序号 {first} 至 {last}（自 0 起）', en: 'records {first}..{last}' },
  recordsFrom: { zh: '序号 {first}（自 0 起）以后的记录', en: 'records from {first} on' },
  noRecords: { zh: '不含记录', en: 'no records' },
  noFrames: { zh: '{reason}；没有缺帧', en: '{reason}; no frame is missing' },
  gap: {
    zh: '{reason}；{frames}无法读取，其中有：{records}',
    en: '{reason}; {frames} cannot be read, with {records}',
  },
  gapIndexed: {
    zh: '{reason}；{frames}无法读取，其中有：{records}；{recovery}',
    en: '{reason}; {frames} cannot be read, with {records}; {recovery}',
  },
  lost: { zh: '偏移 {offset} 处 {length} 字节：{reason}', en: '{length} bytes at offset {offset}: {reason}' },
  unknownBefore: {
    zh: '其前的记录亦无从得知',
    en: 'the records before them are not known either',
  },
  indexWhole: {
    zh: '索引中完整：与大小为 {size} 的已签名的根相符',
    en: 'the index has them whole: they hash to the signed root of size {size}',
  },
  indexNotWhole: { zh: '索引中不完整：{reason}', en: 'the index does not have them whole: {reason}' },
  otherRoot: {
    zh: '与已签名的根不符',
    en: 'they hash to another root than the signed one',
  },
} as const satisfies Readonly<Record<string, Message>>;

/** What is wrong with a file of the data folder. */
export const DATA_FOLDER = {
  versionUnreadable: {
    zh: '无法读取（{reason}）；存证系统仍在，请放回该文件：一行，写版本号（本程序为 {known}）',
    en: 'the file cannot be read ({reason}); the ledger is there: put the file back, one line with the version number, {known} for this program',
  },
  versionMalformed: {
    zh: '内容是“{found}”，本程序只认识版本 {known}',
    en: 'it states "{found}", this program knows version {known}',
  },
  versionNewer: {
    zh: '版本为 {found}，本程序只认识版本 {known}；该目录由更新的程序建立，请使用那个程序',
    en: 'it states version {found}, this program knows version {known}; a newer program made it: use that one',
  },
  versionOlder: {
    zh: '版本为 {found}，本程序只认识版本 {known}，且无法由前者升级',
    en: 'it states version {found}, this program knows version {known}, and there is no upgrade from it',
  },
  sealDiffers: {
    zh: '与 {file} 所载的 SHA-256 不符，二者之一已被改动',
    en: 'it does not have the SHA-256 that {file} states; one of the two was changed',
  },
} as const satisfies Readonly<Record<string, Message>>;

/** Why a journal cannot be put right. */
export const REPAIR_FAULTS = {
  nothingLeft: {
    zh: '{folder}：登记流水与索引均已不存，无从得知原有多少；用 evl restore 由备份另建数据目录，并与外部记录比对',
    en: '{folder}: neither the journal nor the index is left to show how far the log went; `evl restore` makes a new data folder from a backup and compares it with what is known outside',
  },
  framesMissing: { zh: '各副本中均没有{frames}', en: 'no copy has {frames}' },
  unconnected: { zh: '现有的帧互不衔接', en: 'the frames that are there do not follow each other' },
  offset: {
    zh: '{file} 中帧 {seq} 的偏移为 {found}，应为 {expected}',
    en: 'frame {seq} lies at offset {found} in {file}, should follow at {expected}',
  },
  changedMeanwhile: {
    zh: '{file} 偏移 {offset} 处的内容在读取过程中发生变化',
    en: '{file} at offset {offset} changed while it was read',
  },
} as const satisfies Readonly<Record<string, Message>>;

/** Several messages as one, with the comma of each language. */
export function joinMessages(messages: readonly Message[]): Message {
  return { zh: messages.map(({ zh }) => zh).join('、'), en: messages.map(({ en }) => en).join(', ') };
}
