import type { ErrorEntry } from './error-entry.ts';
import { EXIT } from './exit-codes.ts';
import { HTTP_ANSWERS } from './http-answers.ts';
import { REQUEST_ERRORS } from './request-errors.ts';

/**
 * The catalogue of errors: the one place that knows a code. Codes are API and are listed in
 * PROTOCOL.md; sentences are not. A placeholder takes a name, a number or another message of
 * src/text, never the English message of another error.
 */
export const ERRORS = {
  // Requests over HTTP
  ...REQUEST_ERRORS,

  // The command line
  interrupted: { zh: '已中断', en: 'interrupted', exit: EXIT.interrupted },
  'config-unreadable': {
    zh: '无法读取设置文件 {file}：{reason}',
    en: 'cannot read the settings file {file}: {reason}',
    exit: EXIT.usage,
  },
  'setting-wrong': {
    zh: '{name} 的值“{value}”不对，应为 {kind}',
    en: '{name} is "{value}", should be {kind}',
    exit: EXIT.usage,
  },
  'block-number-wrong': {
    zh: '{name} 应为区块号（十进制），而不是“{value}”',
    en: '{name} should be the number of a block, in decimal digits, and not "{value}"',
    exit: EXIT.usage,
  },
  'block-not-final': {
    zh: '{name} 为 {block}，而目前最终确认的最新区块是 {final}：尚未到来或尚未最终确认的区块不能用来吊销',
    en: '{name} is {block}, and the newest final block is {final}: a key is not revoked by a block that is not final yet',
    exit: EXIT.usage,
  },
  'file-unreadable': { zh: '无法读取 {file}：{reason}', en: 'cannot read {file}: {reason}', exit: EXIT.usage },
  'file-unwritable': { zh: '无法写入 {file}：{reason}', en: 'cannot write {file}: {reason}', exit: EXIT.usage },
  'receipt/file-unwritable': {
    zh: '无法写入 {file}：{reason}',
    en: 'cannot write {file}: {reason}',
    hint: {
      zh: '用 --receipt-dir 把回执写到另一个目录，例如文件所在的介质只读时',
      en: 'write the receipts to another folder with --receipt-dir, for instance where the medium is read-only',
    },
    exit: EXIT.usage,
  },
  'file-not-regular': { zh: '{file} 不是普通文件', en: '{file} is not a regular file', exit: EXIT.usage },
  'nothing-to-verify': {
    zh: '未指明要核验的文件或回执',
    en: 'name a file or a receipt to verify',
    exit: EXIT.usage,
  },
  'list-too-large': {
    zh: '校验和列表 {list} 超过 {limit} 字节',
    en: 'the list of checksums {list} is longer than {limit} bytes',
    exit: EXIT.usage,
  },
  'nothing-to-check': { zh: '{path} 中没有任何回执', en: 'there is no receipt at {path}', exit: EXIT.usage },
  'api-key-wrong': {
    zh: '{file} 中没有可用的访问密钥',
    en: '{file} does not hold a usable access key',
    exit: EXIT.usage,
  },
  'service-unreachable': {
    zh: '无法连接服务 {url}',
    en: 'the service at {url} cannot be reached',
    hint: {
      zh: '用 evl serve 启动服务，或用 --url、EVL_URL 指明其地址',
      en: 'start it with "evl serve", or name its address with --url or EVL_URL',
    },
    exit: EXIT.indeterminate,
  },
  'service-refused': {
    zh: '服务拒绝了请求：{detail}（{code}）',
    en: 'the service refused: {detail} ({code})',
    exit: EXIT.indeterminate,
  },
  'answer-unreadable': {
    zh: '服务的答复不符合格式要求：{detail}（{code}）',
    en: 'the answer of the service cannot be parsed: {detail} ({code})',
    exit: EXIT.indeterminate,
  },
  'answer-too-large': {
    zh: '服务的答复过大：{detail}（{code}）',
    en: 'the answer of the service is too large: {detail} ({code})',
    exit: EXIT.indeterminate,
  },
  'record-id-wrong': {
    zh: '“{id}”既不是记录标识，也不是存证编号',
    en: '"{id}" is neither a record id nor a record number',
    exit: EXIT.usage,
  },
  'mistyped/record-id-wrong': {
    zh: '存证编号“{id}”有误：校验码不符，至少有一个字符抄错',
    en: 'the record number "{id}" is mistyped: its check character does not match, so one character at least is wrong',
    exit: EXIT.usage,
  },
  'short/record-id-wrong': {
    zh: '存证编号“{id}”有误：少一个字符；存证编号由 8 位日期、三组各 4 个字符和最后的 1 个校验字符组成',
    en: 'the record number "{id}" is mistyped: it is one character short; it has 8 digits of a day, three groups of 4 characters, and a check character at the end',
    exit: EXIT.usage,
  },
  'record-not-found': {
    zh: '该服务未显示登记记录 {id}',
    en: 'this service shows no record {id}',
    exit: EXIT.notFound,
  },
  'receipt-in-the-way': {
    zh: '{file} 是另一条登记记录的回执，未覆盖',
    en: '{file} is the receipt of another record; it is not overwritten',
    hint: {
      zh: '请移走该文件，或用 --receipt-dir 把回执写到别处',
      en: 'move it away, or write the receipts to another folder with --receipt-dir',
    },
    exit: EXIT.usage,
  },
  'file-in-the-way': {
    zh: '{file} 不是可读的回执，未覆盖',
    en: '{file} is not a readable receipt; it is not overwritten',
    hint: {
      zh: '请移走该文件，或用 --receipt-dir 把回执写到别处',
      en: 'move it away, or write the receipts to another folder with --receipt-dir',
    },
    exit: EXIT.usage,
  },
  'receipt-of-other-log': {
    zh: '{file} 是另一存证日志（{origin}）的回执，不能说明已在 {expected} 登记；未覆盖',
    en: '{file} is a receipt of another log, {origin}, and shows nothing about {expected}; it is not overwritten',
    hint: {
      zh: '核对地址（--url）；要在这个服务另行登记，用 --receipt-dir 把回执写到别处',
      en: 'check the address (--url); to register with this service as well, write its receipts to another folder with --receipt-dir',
    },
    exit: EXIT.usage,
  },
  'receipt-not-confirmed': {
    zh: '{file} 不能以这个服务的核验基准文件确认，未算作已登记，也未覆盖：{reason}',
    en: '{file} is not confirmed by the trust file of this service; it does not count as registered, and is not overwritten: {reason}',
    hint: {
      zh: '用 evl verify 核验该回执；要另行登记，请移走该文件，或用 --receipt-dir 把回执写到别处',
      en: 'judge it with "evl verify"; to register the file, move it away, or write the receipts to another folder with --receipt-dir',
    },
    exit: EXIT.indeterminate,
  },
  'receipts-clash': {
    zh: '{first} 与 {second} 的回执会是同一个文件 {receipt}；尚未登记任何文件',
    en: '{first} and {second} would both have the receipt {receipt}; nothing was registered',
    hint: {
      zh: '把它们放入各自的目录后登记共同的上级目录，或分别登记并用不同的 --receipt-dir',
      en: 'register the folder that holds both, or each by a run of its own with another --receipt-dir',
    },
    exit: EXIT.usage,
  },
  'nothing-to-add': {
    zh: '{path} 中没有登记任何文件：{reason}',
    en: 'nothing was registered of {path}: {reason}',
    exit: EXIT.usage,
  },
  'named-as-receipt': {
    zh: '{file} 名称如同回执，内容却不是（可读的）回执，未登记',
    en: '{file} is named as a receipt and is no readable one; it was not registered',
    hint: {
      zh: '它若是证据，可用 evl add - --name 名称 < 文件 登记；若是损坏的回执，用 evl receipt get 重新取得',
      en: 'if it is evidence, register it with "evl add - --name NAME < FILE"; if it is a damaged receipt, fetch it again with "evl receipt get"',
    },
    exit: EXIT.usage,
  },
  'statements-differ': {
    zh: '{file}：已有回执（存证编号 {number}）与本次所述不同：{members}；已登记的记录不会改变',
    en: '{file}: its receipt of record {number} does not have what is stated now: {members}; a record that is registered does not change',
    hint: {
      zh: '所述相同时去掉这些选项；须另行登记时，用 --receipt-dir 把新回执写到另一个目录',
      en: 'leave these statements out, or register another record that has them, with its receipt in another folder (--receipt-dir)',
    },
    exit: EXIT.batchWithFailures,
  },
  'content-not-kept': {
    zh: '{file}：已登记（存证编号 {number}），但只登记了哈希值，服务没有保存其内容',
    en: '{file}: record {number} was registered by its digests only, and the service does not keep its bytes',
    hint: {
      zh: '只需哈希值时加上 --hash-only；要由服务保存内容，用 --receipt-dir 把新回执写到另一个目录，另行登记',
      en: 'add --hash-only if the digests are enough; to have the bytes kept, register another record, with its receipt in another folder (--receipt-dir)',
    },
    exit: EXIT.batchWithFailures,
  },
  'record-not-listed': {
    zh: '{file}：其回执所写的登记记录 {number}，服务没有列出，或列出的内容不同；未算作已登记',
    en: '{file}: its receipt is of record {number}, which the service does not list, or lists with other content; it does not count as registered',
    hint: {
      zh: '用 evl verify 核验该回执，并向运营方核实',
      en: 'judge the receipt with "evl verify", and ask the operator',
    },
    exit: EXIT.indeterminate,
  },
  'text-not-plain': {
    zh: '{name} 含有不能写入记录的字符：{characters}（控制字符、不可见字符，或编码不是 UTF-8 所致）',
    en: '{name} has characters that no record takes: {characters} (control or invisible characters, or a text that is not UTF-8)',
    exit: EXIT.usage,
  },
  'service-not-trusted': {
    zh: '没有可用来确认 {url} 上服务的答复的核验基准文件，未发送任何内容：{reason}',
    en: 'there is no trust file by which the answers of the service at {url} could be confirmed, and nothing was sent: {reason}',
    hint: {
      zh: '核对地址；用 evl trust show 查看服务提供的核验基准文件',
      en: 'check the address; "evl trust show" shows the trust file that the service offers',
    },
    exit: EXIT.indeterminate,
  },
  'log-not-shown': {
    zh: '{url} 上的服务没有显示此前留存的存证日志，未发送任何内容：{reason}',
    en: 'the service at {url} does not show the log that is remembered for it, and nothing was sent: {reason}',
    hint: {
      zh: '核对地址；运营方如有更换，用 evl trust diff 查看，核实后用 evl trust pin 接受',
      en: 'check the address; if the operator has changed something, see "evl trust diff", and accept it with "evl trust pin" once it is explained',
    },
    exit: EXIT.indeterminate,
  },
  'receipt-unreadable': {
    zh: '{file} 不是可读的回执：{reason}',
    en: '{file} is not a readable receipt: {reason}',
    exit: EXIT.indeterminate,
  },
  'trust-not-remembered': {
    zh: '没有留存任何核验基准文件；请指明一份用于比较',
    en: 'no trust file is remembered; name one to compare with',
    exit: EXIT.usage,
  },
  'export/trust-not-remembered': {
    zh: '本机没有留存服务 {url} 的核验基准文件；evl add --wait final 或 evl verify 会留存',
    en: 'no trust file of the service at {url} is remembered; evl add --wait final or evl verify remembers it',
    exit: EXIT.usage,
  },
  'trust-sha256-differs': {
    zh: '服务提供的核验基准文件的指纹是 sha256:{found}，不是 sha256:{expected}；未予接受',
    en: 'the offered trust file has the fingerprint sha256:{found}, not sha256:{expected}; it was not accepted',
    exit: EXIT.indeterminate,
  },
  'sha256-wrong': {
    zh: '“{value}”不是 SHA-256（64 位十六进制）',
    en: '"{value}" is not a SHA-256 in 64 hex digits',
    exit: EXIT.usage,
  },
  'trust-file-exists': {
    zh: '{file} 已存在；请换一个文件名，或先将其移走',
    en: '{file} already exists: name another file, or move it away first',
    exit: EXIT.usage,
  },
  'trust-file-unreadable': {
    zh: '{file} 不是可读的核验基准文件：{reason}',
    en: '{file} is not a readable trust file: {reason}',
    exit: EXIT.indeterminate,
  },
  'receipt-not-written': {
    zh: '已登记（存证编号 {number}），但回执未能写入：{reason}',
    en: 'registered as {number}, but its receipt was not written: {reason}',
    hint: { zh: '用 evl receipt get {number} 取得回执', en: '"evl receipt get {number}" fetches the receipt' },
    exit: EXIT.batchWithFailures,
  },
  'receipt-wrong': {
    zh: '服务给出的回执与请求不符：{reason}',
    en: 'the service gave a receipt that does not match the request: {reason}',
    exit: EXIT.inconsistent,
  },
  'receipt-not-trusted': {
    zh: '服务给出的回执不能以此前留存的核验基准文件确认，未保存：{reason}',
    en: 'the receipt that the service gave is not confirmed by the remembered trust file, and was not kept: {reason}',
    hint: {
      zh: '用 evl trust diff 查看有何改变；向运营方核实并用 evl trust pin 接受之后，再次运行即可取得回执',
      en: 'see what has changed with "evl trust diff"; once the operator has explained it, accept it with "evl trust pin" and run this again: it gives the receipt',
    },
    exit: EXIT.indeterminate,
  },
  'not-published-in-time': {
    zh: '{count} 条登记记录在 {seconds} 秒内尚未公布；均已登记，回执已写入',
    en: '{count} {count:record was|records were} not published within {seconds} s; they are registered, and their receipts are written',
    exit: EXIT.pending,
  },
  'not-anchored-in-time': {
    zh: '{count} 条登记记录在 {seconds} 秒内尚未锚定；均已登记，稍后可用 evl receipt upgrade 补上锚定信息',
    en: '{count} {count:record was|records were} not anchored within {seconds} s; they are registered, and "evl receipt upgrade" adds the anchor later',
    exit: EXIT.pending,
  },
  'not-anchored': {
    zh: '{file}：尚未锚定，回执未改动',
    en: '{file}: not anchored yet; the receipt is unchanged',
    exit: EXIT.pending,
    http: HTTP_ANSWERS['not-anchored'],
  },
  'certificate/not-anchored': {
    zh: '{number} 已登记，尚未上链并最终确认：存证证书载有上链时间，此时不能出具',
    en: '{number} is registered, not anchored and final yet: a certificate states when it was anchored and cannot be made now',
    hint: {
      zh: '稍后再试；回执文件先用 evl receipt upgrade 补上锚定信息',
      en: 'try again later; "evl receipt upgrade" adds the anchor to a receipt',
    },
    exit: EXIT.pending,
  },
  'kind-not-certifiable': {
    zh: '{number} 的类型为“{kind}”，不是证据：存证证书只为证据出具',
    en: '{number} is a record of the kind "{kind}" and no evidence: certificates are made of evidence only',
    hint: { zh: '以它的回执为凭：evl receipt get {number}', en: 'its receipt proves it: evl receipt get {number}' },
    exit: EXIT.usage,
    http: HTTP_ANSWERS['kind-not-certifiable'],
  },
  'certificate-refused': {
    zh: '{receipt} 未能核验一致（{verdict}），没有出具存证证书',
    en: '{receipt} does not verify ({verdict}); no certificate was made',
    hint: { zh: '用 evl verify 查看原因', en: 'evl verify shows why' },
    exit: EXIT.indeterminate,
  },
  'nothing-to-certify': {
    zh: '请给出存证编号或回执，或者用 --case 指明案号（只能择其一）',
    en: 'name record numbers or receipts, or a case with --case, and not both',
    exit: EXIT.usage,
  },
  'service-not-asked': {
    zh: '{record} 须向服务查询，而 --offline 或 --no-service 不允许查询：请给出回执文件',
    en: '{record} has to be looked up at a service, which --offline or --no-service does not allow: name a receipt',
    exit: EXIT.usage,
  },
  'list-too-long': {
    zh: '案号 {case} 之下的登记记录超过 {limit} 条，清单容纳不下',
    en: 'the case {case} has more than {limit} records, too many for a list',
    exit: EXIT.usage,
  },
  'document-exists': {
    zh: '{file} 已存在，未覆盖：请移走，或用 -o 另指定文件名',
    en: '{file} exists already and is not replaced: move it away, or name another file with -o',
    exit: EXIT.usage,
  },
  'document-place-repeated': {
    zh: '本次已为同一存证编号写了 {file}：每条登记只写一次',
    en: 'this run has written {file} for the same record number already: name each record once',
    exit: EXIT.usage,
  },
  'list-empty': {
    zh: '案号 {case} 之下没有登记记录',
    en: 'there is no record of the case {case}',
    exit: EXIT.notFound,
  },
  'document-too-large': {
    zh: '文件内容有 {bytes} 字节，过长，无法排版（上限 {limit} 字节）',
    en: 'the text of the document has {bytes} bytes, too many to typeset (at most {limit})',
    exit: EXIT.usage,
  },
  'glyph-missing': {
    zh: '“{field}”中的 {character} 没有字体可以印出，没有出具文件',
    en: 'no font has the character {character} of "{field}": no document was made',
    hint: {
      zh: '把含有该字的字体（TTF 或 OTF）放入一个目录，用 EVL_FONTS 指明',
      en: 'put a font that has it (TTF or OTF) into a folder and name that with EVL_FONTS',
    },
    exit: EXIT.usage,
    http: HTTP_ANSWERS['glyph-missing'],
  },
  'typesetter-missing': {
    zh: '这里没有安装制作 PDF 所需的程序包或字体',
    en: 'the package or the fonts that PDF documents are made with are not installed here',
    hint: {
      zh: '执行 npm install @myriaddreamin/typst-ts-node-compiler@0.7.0；设有 EVL_FONTS 的，请核对该目录；其余功能不受影响',
      en: 'run npm install @myriaddreamin/typst-ts-node-compiler@0.7.0, and check the folder of EVL_FONTS if that is set; everything else works without it',
    },
    exit: EXIT.usage,
    http: HTTP_ANSWERS['typesetter-missing'],
  },
  'typesetter-busy': {
    zh: '等待制作的文件过多',
    en: 'too many documents are waiting to be made',
    exit: EXIT.indeterminate,
    http: HTTP_ANSWERS['typesetter-busy'],
  },
  'typesetter-timeout': {
    zh: '制作文件超过 {seconds} 秒，已中止',
    en: 'making the document took longer than {seconds} s and was stopped',
    exit: EXIT.indeterminate,
    http: HTTP_ANSWERS['typesetter-timeout'],
  },
  'typesetter-failed': {
    zh: '排版程序未能制作文件',
    en: 'the typesetter could not make the document',
    exit: EXIT.internal,
    http: HTTP_ANSWERS['typesetter-failed'],
  },
  'endorse-needs-trust': {
    zh: '--endorse 须与 --trust 同用：作审计确认不能以运营方提供的核验基准文件为准',
    en: '--endorse requires --trust: an endorsement must not rest on the trust file that the operator offers',
    exit: EXIT.usage,
  },
  'name-needs-case': {
    zh: '按文件名查找须同时给出 --case：文件名只在一个案件之内查找',
    en: '--name needs --case: names are looked up within one case',
    exit: EXIT.usage,
  },
  'report-exists': {
    zh: '{file} 已存在：报告不覆盖任何文件，请另指定文件名',
    en: '{file} exists already: a report replaces no file, name another one',
    exit: EXIT.usage,
  },
  'endorse-needs-nodes': {
    zh: '--endorse 须与 --rpc 同用：作审计确认须以自己指定的节点为准',
    en: '--endorse requires --rpc: an endorsement must rest on chain nodes that the auditor named',
    exit: EXIT.usage,
  },
  'pin-needs-nodes': {
    zh: '留存区块须以 --rpc 指定节点：核验基准文件中提示的节点由运营方填写，不能用来留存区块',
    en: 'pinning a block requires --rpc: the nodes that the trust file names are a hint of the operator, and no block is pinned by them',
    exit: EXIT.usage,
  },
  'endorsement-not-final': {
    zh: '审计确认的交易 {tx} 已发出，但 {minutes} 分钟内未最终确认；稍后再次运行即可得知结果',
    en: 'transaction {tx} was sent, but is not final after {minutes} minutes; run the command again later to learn the result',
    exit: EXIT.pending,
  },
  'address-wrong': {
    zh: '“{address}”不是链上账户（0x 加 40 位十六进制）',
    en: '"{address}" is no account of a chain (0x and 40 hex digits)',
    exit: EXIT.usage,
  },
  'add/upgrade-undecided': {
    zh: '已登记（存证编号 {number}），回执已写入，但未能补上锚定信息：{reason}',
    en: 'registered as {number}, and its receipt is written, but the anchor was not added to it: {reason}',
    hint: {
      zh: '查明原因后用 evl receipt upgrade 补上',
      en: 'find out why, then add it with "evl receipt upgrade"',
    },
    exit: EXIT.indeterminate,
  },
  'anchor-not-confirmed': {
    zh: '已登记（存证编号 {number}），但回执中的锚定信息未能确认，不算作“{state}”：{reason}',
    en: 'registered as {number}, but the anchor in its receipt is not confirmed, and does not count as {state}: {reason}',
    hint: {
      zh: '用 evl verify 核验该回执；节点可用 EVL_RPC_URL 指定',
      en: 'judge the receipt with "evl verify"; EVL_RPC_URL names the nodes to ask',
    },
    exit: EXIT.indeterminate,
  },
  contradiction: {
    zh: '{file}：新回执与其相矛盾（{reason}）；两者均已保留，新回执存于 {other}',
    en: '{file}: the new receipt contradicts it ({reason}); both are kept, the new one as {other}',
    exit: EXIT.inconsistent,
  },
  'upgrade-undecided': {
    zh: '{file}：新回执无法比对（{reason}），原回执未改动',
    en: '{file}: the new receipt cannot be compared ({reason}); the old one is unchanged',
    exit: EXIT.indeterminate,
  },
  'watch-endorses-not': {
    zh: '--watch 与 --endorse 不能同用：请另行运行一次审计并作审计确认',
    en: '--watch and --endorse cannot be combined: endorse in a separate audit',
    exit: EXIT.usage,
  },
  'watch-needs-state': {
    zh: '--watch 须用 --state 指明审计记录文件',
    en: '--watch requires a state file: --state',
    exit: EXIT.usage,
  },
  'not-with-access': {
    zh: '{option} 不能与 --access 一起使用',
    en: '{option} cannot be used with --access',
    exit: EXIT.usage,
  },
  'not-with-watch': {
    zh: '{option} 不能与 --watch 一起使用',
    en: '{option} cannot be used with --watch',
    exit: EXIT.usage,
  },
  'watch-only': {
    zh: '{option} 只能与 --watch 一起使用',
    en: '{option} can only be used with --watch',
    exit: EXIT.usage,
  },
  'metrics-unusable': {
    zh: '无法在 {address} 提供监控指标：{reason}',
    en: 'metrics cannot be served at {address}: {reason}',
    exit: EXIT.usage,
  },
  'case-missing': {
    zh: '未指明案号',
    en: 'no case number was given',
    hint: { zh: '用 --case 指明案号，或设置 EVL_CASE', en: 'give it with --case, or set EVL_CASE' },
    exit: EXIT.usage,
  },
  'case-not-recognised': {
    zh: '案号“{number}”无法识别，{reason}；可识别的有：{forms}',
    en: 'the case number "{number}" is not recognised, {reason}; recognised are {forms}',
    hint: {
      zh: '请核对案号；确无误的，加 --case-as-is 照原样登记',
      en: 'check it; if it is meant as it is, add --case-as-is',
    },
    exit: EXIT.usage,
    http: HTTP_ANSWERS['case-not-recognised'],
  },
  'collection-wrong': {
    zh: '{file} 不符合取证信息的格式：{reason}',
    en: '{file} is not valid collection data: {reason}',
    exit: EXIT.usage,
  },
  'add-needs-paths': {
    zh: '请指明要登记的文件或目录；文件不在手边的，用 --sha256 与 --name',
    en: 'name the files or folders to register; for a file that is not at hand, use --sha256 and --name',
    exit: EXIT.usage,
  },
  'digest-alone': {
    zh: '--sha256 不与路径同用；--sm3、--size 须与 --sha256 同用',
    en: '--sha256 takes the place of paths, and --sm3 and --size are given with it',
    exit: EXIT.usage,
  },
  'digest/name-missing': {
    zh: '登记哈希值须用 --name 指明文件名',
    en: 'a digest is registered with a file name: give --name',
    exit: EXIT.usage,
  },
  'name-missing': {
    zh: '从标准输入登记时须用 --name 指明文件名',
    en: 'give a file name with --name for standard input',
    exit: EXIT.usage,
  },
  'name-not-for-many': { zh: '--name 只能用于标准输入', en: '--name is for standard input only', exit: EXIT.usage },
  'stdin-alone': { zh: '“-”不能与其他路径一起使用', en: '"-" cannot be combined with other paths', exit: EXIT.usage },
  'vkey-wrong': {
    zh: '“{vkey}”不是存证日志的公钥：{reason}',
    en: '"{vkey}" is no key of a log: {reason}',
    exit: EXIT.usage,
  },
  'digest-differs': {
    zh: '{file}：服务收到的内容与本机计算的哈希值不一致',
    en: '{file}: the service received other bytes than were hashed on this machine',
    exit: EXIT.batchWithFailures,
  },
  'file-changed': {
    zh: '{file} 在读取过程中发生变化：{what}',
    en: '{file} changed while it was read: {what}',
    hint: {
      zh: '待写入它的程序结束后重试，或先把它复制到本机磁盘',
      en: 'try again once nothing writes to it, or copy it to a disk of this machine first',
    },
    exit: EXIT.batchWithFailures,
  },

  'config-unknown-key': {
    zh: '{file}：不认识的设置项“{key}”',
    en: '{file}: unknown setting "{key}"',
    exit: EXIT.usage,
  },
  usage: { zh: '{sentence}', en: '{sentence}', exit: EXIT.usage },
  failed: { zh: '无法继续：{reason}', en: '{reason}', exit: EXIT.internal },

  // A ledger and its parts
  'ledger-missing': {
    zh: '{folder} 中没有存证系统',
    en: 'there is no ledger in {folder}',
    hint: {
      zh: '用 evl settings 查看该目录由何处指定；尚未建立存证系统时，运行 evl init 或 npm start',
      en: 'evl settings shows what names this folder; where no ledger was made yet, run evl init, or npm start',
    },
    exit: EXIT.ledgerMissing,
  },
  'ledger-exists': { zh: '{dir} 中已有存证系统', en: 'there is a ledger in {dir} already', exit: EXIT.usage },
  'ledger-version': {
    zh: '{file}：数据目录的版本不符：{reason}',
    en: '{file}: {reason}',
    exit: EXIT.internal,
  },
  'folder-not-empty': { zh: '目录 {dir} 不为空', en: '{dir} is not empty', exit: EXIT.usage },
  'identity-unreadable': {
    zh: '无法读取存证系统的标识文件 {file}：{reason}',
    en: 'the ledger’s identity file {file} cannot be read: {reason}',
    exit: EXIT.internal,
  },
  'key-change-unfinished': {
    zh: '密钥更换中断，尚未完成',
    en: 'a change of keys was interrupted before it was complete',
    hint: {
      zh: '启动服务或再次运行更换密钥的命令，即可完成',
      en: 'start the service, or run the command again, to complete it',
    },
    exit: EXIT.internal,
  },
  'operator-lost': {
    zh: '链上密钥已失：存证日志编号 {logId} 的运营账户为 {operator}，而不是 {expected}',
    en: 'the chain key is lost: log {logId} is operated by {operator}, not by {expected}',
    hint: {
      zh: '用 evl key reopen 以新密钥另开存证日志编号；见运营手册“更换密钥”',
      en: 'open another log id with a new key: evl key reopen; see "Changing keys" in the operator’s handbook',
    },
    exit: EXIT.inconsistent,
  },
  'operator-kept': {
    zh: '无需另开存证日志编号：{account} 仍是运营账户，合约中也没有不属于本存证日志的内容',
    en: 'another log id is not needed: {account} still operates the log, and the contract holds nothing that does not belong to it',
    hint: { zh: '运行 evl key rotate chain', en: 'run evl key rotate chain' },
    exit: EXIT.usage,
  },
  'anchor-under-way': {
    zh: '有锚定尚未最终确认，请稍后再次运行',
    en: 'an anchor is under way and not final yet: run this again later',
    exit: EXIT.pending,
  },
  'outside-head-missing': {
    zh: '尚无外部留存的检查点确认存证日志：{reason}',
    en: '{reason}',
    exit: EXIT.indeterminate,
    http: HTTP_ANSWERS['outside-head-missing'],
  },
  'witness-disagrees': {
    zh: '见证节点 {name} 所记的存证日志与此不同（{reason}），暂停登记',
    en: 'the witness {name} remembers another version of this log ({reason}): nothing is registered',
    exit: EXIT.indeterminate,
    http: HTTP_ANSWERS['witness-disagrees'],
  },
  locked: {
    zh: '目录正被另一个进程使用（锁文件 {file}）',
    en: 'the folder is in use: another process holds the lock {file}',
    exit: EXIT.ledgerLocked,
  },
  'held/locked': {
    zh: '目录正被进程 {pid}（{command}）使用（锁文件 {file}）',
    en: 'the folder is in use by process {pid} ({command}), which holds the lock {file}',
    hint: {
      zh: '等它结束，或先停止它（由 systemd 运行的用 systemctl stop）再重试；在用的目录可以备份（evl backup）、查看（evl doctor、evl witness show）',
      en: 'wait until it ends, or stop it (with systemctl stop where systemd runs it), and try again; a folder that is in use can be backed up (evl backup) and looked at (evl doctor, evl witness show)',
    },
    exit: EXIT.ledgerLocked,
  },
  'lock-unusable': {
    zh: '{file} 不能用作锁文件：不是空文件，或无法打开',
    en: '{file} cannot be used as a lock: it is not an empty file, or cannot be opened',
    exit: EXIT.internal,
  },
  'port-unusable': {
    zh: '无法使用 {host} 的端口 {port}：{reason}',
    en: 'port {port} on {host} cannot be used: {reason}',
    hint: {
      zh: '用 EVL_PORT 换一个端口（见证节点用 EVL_WITNESS_PORT）',
      en: 'choose another port with EVL_PORT, for a witness with EVL_WITNESS_PORT',
    },
    exit: EXIT.usage,
  },
  'key-unreadable': {
    zh: '无法读取密钥文件 {file}：{reason}',
    en: 'the key file {file} cannot be read: {reason}',
    exit: EXIT.wrongKey,
  },
  'key-file-open': {
    zh: '密钥文件 {file} 的权限为 {mode}，应为 0600',
    en: 'the key file {file} has mode {mode}, should have 0600',
    hint: { zh: '运行 chmod 600 {file}', en: 'run chmod 600 {file}' },
    exit: EXIT.wrongKey,
  },
  'wrong-user': {
    zh: '{folder} 属于用户 {owner}：以 root 运行所留下的文件，该用户的服务无法使用',
    en: '{folder} belongs to {owner}: files that root leaves there are of no use to the service of that user',
    hint: { zh: '以该用户运行：sudo -u {owner} evl …', en: 'run it as that user: sudo -u {owner} evl …' },
    exit: EXIT.usage,
  },
  'access/wrong-user': {
    zh: '{folder} 属于用户 {owner}，当前用户无权进入',
    en: '{folder} belongs to {owner}, and this user may not enter it',
    hint: { zh: '以该用户运行：sudo -u {owner} evl …', en: 'run it as that user: sudo -u {owner} evl …' },
    exit: EXIT.usage,
  },
  'folder/key-file-open': {
    zh: '密钥所在的目录 {folder} 的权限为 {mode}，所有人都可以换掉其中的密钥',
    en: 'the folder of the key {folder} has mode {mode}: everybody can put another key there',
    hint: { zh: '运行 chmod 700 {folder}', en: 'run chmod 700 {folder}' },
    exit: EXIT.wrongKey,
  },
  'key-malformed': {
    zh: '密钥文件 {file} 格式不符合要求：{fault}',
    en: 'the key file {file} {fault}',
    exit: EXIT.wrongKey,
  },
  'key-wrong': { zh: '密钥不符：{fault}', en: '{fault}', exit: EXIT.wrongKey },
  'journal-damaged': {
    zh: '登记流水损坏，未作任何改动：{reason}',
    en: 'the journal is damaged, nothing was changed: {reason}',
    hint: {
      zh: '运行 evl fsck 查看全部问题，再用 evl repair --from 由备份复原',
      en: 'run evl fsck to see all of it, then evl repair --from a backup',
    },
    exit: EXIT.internal,
  },
  'index-unusable': {
    zh: '索引 {folder} 不可用：{reason}',
    en: 'the index {folder} cannot be used: {reason}',
    hint: {
      zh: '运行 evl rebuild-index，由登记流水重建',
      en: 'run evl rebuild-index: it makes the index again from the journal',
    },
    exit: EXIT.internal,
  },
  'storage-full': {
    zh: '磁盘已满（{place}）；数据完好，未作改动',
    en: 'the disk is full ({place}); the data is unchanged',
    hint: {
      zh: '腾出磁盘空间后重试；fsck 与 rebuild-index 另需约等于索引大小的空间',
      en: 'free some space and try again; fsck and rebuild-index need additional space of about the size of the index',
    },
    exit: EXIT.internal,
    http: HTTP_ANSWERS['storage-full'],
  },
  'storage-read-only': {
    zh: '{folder} 不可写入（{reason}）；数据未作改动',
    en: '{folder} is not writable ({reason}); the data is unchanged',
    hint: {
      zh: '检查挂载与权限；系统因磁盘出错而改为只读时，先用 evl backup 备份到另一块磁盘',
      en: 'check mount and permissions; if the system made the disk read-only because it fails, back up to another disk first (evl backup)',
    },
    exit: EXIT.internal,
  },
  'index-damaged': {
    zh: '索引损坏：{reason}',
    en: 'the index is damaged: {reason}',
    hint: { zh: '运行 evl rebuild-index', en: 'run evl rebuild-index' },
    exit: EXIT.internal,
    http: HTTP_ANSWERS['index-damaged'],
  },
  'chain-missing': {
    zh: '没有本地链：{reason}',
    en: 'there is no local chain: {reason}',
    hint: {
      zh: '使用外部链时，用 EVL_RPC_URL 指明节点',
      en: 'for an external chain, name its nodes with EVL_RPC_URL',
    },
    exit: EXIT.ledgerMissing,
  },
  'chain-exists': {
    zh: '本地链已存在：{reason}',
    en: 'there is a local chain already: {reason}',
    exit: EXIT.internal,
  },
  'chain-exposed': {
    zh: '{file} 的权限为 {mode}，应为 0600：其中有链的密钥',
    en: '{file} has mode {mode}, should be 0600: it holds the key of the chain',
    hint: { zh: '运行 chmod 600', en: 'run chmod 600 on it' },
    exit: EXIT.internal,
  },
  'chain-settings-invalid': {
    zh: '本地链的设置 {file} 不可用：{fault}',
    en: 'the settings of the local chain cannot be used: {file} {fault}',
    exit: EXIT.internal,
  },
  'chain/journal-damaged': {
    zh: '本地链的交易流水损坏，未作任何改动：{file} 第 {line} 行{fault}',
    en: 'the journal of the local chain is damaged, nothing was changed: {file} line {line} {fault}',
    hint: {
      zh: '由备份放回 chain/transactions.jsonl',
      en: 'put chain/transactions.jsonl back from a backup',
    },
    exit: EXIT.internal,
  },
  'journal-failed': {
    zh: '无法写入本地链的交易流水 {file}：{reason}',
    en: 'the journal of the local chain, {file}, cannot be written: {reason}',
    exit: EXIT.internal,
  },
  'local-chain-absent': {
    zh: '本地链需要 Hardhat，而它没有安装',
    en: 'the local chain needs Hardhat, which is not installed',
    hint: {
      zh: '用 npm ci 重新安装（Hardhat 已被移除）；或使用其他链：evl init --rpc URL',
      en: 'install again with npm ci (Hardhat was removed), or use another chain: evl init --rpc URL',
    },
    exit: EXIT.usage,
  },
  'port-in-use': {
    zh: '{host} 的端口 {port} 正被另一个程序使用',
    en: 'port {port} on {host} is in use by another program',
    hint: { zh: '用 EVL_CHAIN_PORT 换一个端口', en: 'choose another port with EVL_CHAIN_PORT' },
    exit: EXIT.internal,
  },
  'chain-unreachable': {
    zh: '区块链无法访问：{reason}',
    en: 'the chain cannot be reached: {reason}',
    exit: EXIT.internal,
  },
  'chain-refused': { zh: '区块链拒绝了交易：{reason}', en: 'the chain refused: {reason}', exit: EXIT.internal },
  'chain-account-empty': {
    zh: '链上账户余额不足：{reason}',
    en: 'the account on the chain cannot pay: {reason}',
    hint: {
      zh: '向该账户转入款项后重试；本地链由运营方运行 evl chain fund 账户',
      en: 'send it some ether and try again; on a local chain the operator runs evl chain fund ACCOUNT',
    },
    exit: EXIT.usage,
  },
  'chain-too-old': {
    zh: '{node} 所在的链不支持合约所需的 EVM 指令：合约按 {hardfork} 版本编译',
    en: 'the chain of {node} does not know the EVM instructions that the contract needs: it is compiled for {hardfork}',
    hint: {
      zh: '换用更新的链，或请其运行方启用该版本',
      en: 'use a newer chain, or ask who runs it to enable this version',
    },
    exit: EXIT.usage,
  },
  'chain-fee-cap': {
    zh: '链上每单位 gas 要价 {price} wei，高于 EVL_MAX_FEE_GWEI 允许的 {cap} wei',
    en: 'the chain asks for {price} wei a unit of gas, EVL_MAX_FEE_GWEI allows at most {cap}',
    exit: EXIT.internal,
  },
  'chain-identity': {
    zh: '区块链或合约与记录不符：{reason}',
    en: 'another chain or contract: {reason}',
    exit: EXIT.internal,
  },
  'chain-sources-disagree': {
    zh: '节点互相矛盾：{reason}',
    en: 'the nodes contradict each other: {reason}',
    exit: EXIT.internal,
  },
  'chain-sources-too-few': {
    zh: '要求 {required} 个节点一致，只指明了 {named} 个：锚定无法最终确认',
    en: '{required} nodes must agree and {named} are named: no anchor can become final',
    exit: EXIT.usage,
  },
  'chain-finality': {
    zh: '{node} 没有 {tag} 区块：{reason}',
    en: '{node} has no block "{tag}": {reason}',
    hint: {
      zh: '节点始终没有该区块时，用 --finality 选择其他规则',
      en: 'if it never has one, choose another rule with --finality',
    },
    exit: EXIT.internal,
  },
  'origin-invalid': {
    zh: '存证日志标识无效：应为不超过 255 字节的单行文字；新建存证日志的标识不得含空格和加号',
    en: 'the origin is not valid: it should be one line of at most 255 bytes, for a new log without spaces and plus signs',
    exit: EXIT.usage,
  },
  'pin-wrong': {
    zh: '留存检查点不可用：{reason}',
    en: 'the pinned checkpoint cannot be used: {reason}',
    exit: EXIT.usage,
  },
  'witness-policy-wrong': {
    zh: '见证规则文件 {file}（EVL_WITNESS_POLICY）不可用：{fault}',
    en: 'the witness policy {file} (EVL_WITNESS_POLICY) cannot be used: {fault}',
    exit: EXIT.usage,
  },
  'log-rolled-back': {
    zh: '存证日志比外部记录旧：{holder}所载大小为 {externalSize}、根为 {externalRoot}，本存证日志大小为 {size}、根为 {root}',
    en: 'the log is older than an external record of it: {holder} holds size {externalSize} with root {externalRoot}, this log has size {size} with root {root}',
    hint: {
      zh: '先找更新的备份；没有时，用 --accept-rollback 恢复供查询，另用 evl init 新建存证系统登记',
      en: 'look for a newer backup; if there is none, --accept-rollback restores this one for reading, and evl init makes a new ledger for registering',
    },
    exit: EXIT.inconsistent,
  },
  'log-forked': {
    zh: '存证日志与外部记录不是同一个：{holder}所载大小为 {size}、根为 {externalRoot}，而本存证日志在该大小处的根为 {root}',
    en: 'the log is not the one of an external record: {holder} holds size {size} with root {externalRoot}, this log had root {root}',
    hint: {
      zh: '这不是同一个存证日志：核对数据与留存检查点的来源，以及是否有他人持有密钥',
      en: 'this is another log: find out where the data and the external head come from, and whether somebody else has the key',
    },
    exit: EXIT.inconsistent,
  },
  'backup-in-ledger': {
    zh: '备份的目标 {dir} 在数据目录 {ledger} 之内，会随它一同丢失',
    en: '{dir} lies in the data folder {ledger} and would be lost with it',
    exit: EXIT.usage,
  },
  'backup-unnamed': {
    zh: '没有指明备份到何处',
    en: 'where to is not stated',
    hint: {
      zh: '写明目标目录，或用 --to 或设置 backupDir 指明存放多份备份的目录',
      en: 'name a folder to create, or with --to or the setting backupDir the folder of all backups',
    },
    exit: EXIT.usage,
  },
  'backup-none': { zh: '{dir} 中没有备份', en: 'there is no backup in {dir}', exit: EXIT.usage },
  'backup-options': {
    zh: '{option} 只用于存放多份备份的目录（--to 或设置 backupDir），不用于单独一份备份',
    en: '{option} is for the folder of all backups (--to, or the setting backupDir), not for a backup by itself',
    exit: EXIT.usage,
  },
  'backup-folder-foreign': {
    zh: '{dir} 不是存放备份的目录：其中有 {name}',
    en: '{dir} is not a folder of backups: {name} is there',
    hint: { zh: '用 --to 另指一个空目录', en: 'name an empty folder with --to' },
    exit: EXIT.usage,
  },
  'backup-of-other': {
    zh: '{dir} 中是另一存证日志的备份：{found}，而本存证系统为 {expected}',
    en: '{dir} has backups of another log: {found}, while this ledger is {expected}',
    hint: { zh: '用 --to 另指一个目录', en: 'name another folder with --to' },
    exit: EXIT.usage,
  },
  'backup-ahead': {
    zh: '备份 {backup} 有 {known} 条记录，而本存证系统只有 {size} 条：数据目录可能是旧副本；没有备份，也没有删除任何备份',
    en: 'the backup {backup} has {known} {known:record|records}, this ledger only {size}: the data folder may be an old copy; nothing was backed up, and no backup was removed',
    hint: {
      zh: '先查明缺少的记录何在；确要备份现状时，用 --to 另指一个目录',
      en: 'find out first where the missing records are; to back up what is here all the same, name another folder with --to',
    },
    exit: EXIT.inconsistent,
  },
  'backup-exists': { zh: '备份的目标 {dir} 已存在', en: '{dir} exists already', exit: EXIT.usage },
  'backup-unreadable': {
    zh: '{path} 不是可用的备份：{reason}',
    en: '{path} is not a usable backup: {reason}',
    exit: EXIT.usage,
  },
  'backup-damaged': {
    zh: '备份已损坏，未恢复任何内容：{fault}',
    en: 'the backup is damaged, nothing was restored: {fault}',
    exit: EXIT.inconsistent,
  },
  'repair-lacking': {
    zh: '无法复原，未作任何改动：{reason}',
    en: 'the journal cannot be repaired, nothing was changed: {reason}',
    hint: {
      zh: '用 --from 指明备份或数据目录的另一副本，或换一份更新的',
      en: 'name a backup or another copy of the data folder with --from, or a newer one',
    },
    exit: EXIT.inconsistent,
  },
  'content-missing': {
    zh: '内容 {content} 缺失',
    en: 'content {content} is missing',
    hint: { zh: '运行 evl fsck 查看全部问题', en: 'run evl fsck to see all of it' },
    exit: EXIT.inconsistent,
  },
  'content-damaged': {
    zh: '内容 {content} 损坏：{reason}',
    en: 'content {content} is damaged: {reason}',
    hint: { zh: '运行 evl fsck 查看全部问题', en: 'run evl fsck to see all of it' },
    exit: EXIT.inconsistent,
    http: HTTP_ANSWERS['content-damaged'],
  },
  'witness-missing': {
    zh: '{dir} 中没有见证节点',
    en: 'there is no witness in {dir}',
    hint: { zh: '先运行 evl witness init --name 名称', en: 'run evl witness init --name NAME' },
    exit: EXIT.ledgerMissing,
  },
  'witness-exists': { zh: '{dir} 中已有见证节点', en: 'there is a witness in {dir} already', exit: EXIT.usage },
  'witness-name-invalid': {
    zh: '见证节点的名称无效：不得为空，不得含空格和加号',
    en: 'the name of a witness must not be empty, and must not contain spaces and plus signs',
    exit: EXIT.usage,
  },
  'witness-logs-unreadable': {
    zh: '无法读取所见证的存证日志清单 {file}：{reason}',
    en: 'the list of watched logs {file} cannot be read: {reason}',
    exit: EXIT.internal,
  },
  'witness/key-wrong': {
    zh: '{vkey} 不是本见证节点所登记的存证日志 {origin} 的公钥',
    en: '{vkey} is not a key of the log {origin} that this witness has',
    exit: EXIT.wrongKey,
  },
  'state-missing': {
    zh: '见证状态缺失：{file} 不存在，无从得知联署过什么',
    en: 'the witness does not know what it has cosigned: {file} is missing',
    hint: {
      zh: '停用这个见证节点，另建一个；不要放回较旧的状态',
      en: 'retire this witness and create another one; never restore an older state',
    },
    exit: EXIT.inconsistent,
  },
  'state-damaged': {
    zh: '见证状态损坏，无从得知联署过什么：{file}（存证日志 {origin}）{fault}',
    en: 'the witness does not know what it has cosigned: {file}, the state of the log {origin}, {fault}',
    hint: {
      zh: '停用这个见证节点，另建一个；不要放回较旧的状态',
      en: 'retire this witness and create another one; never restore an older state',
    },
    exit: EXIT.inconsistent,
  },
  'state-unreadable': {
    zh: '无法读取见证状态 {file}：{reason}',
    en: 'the state of the witness, {file}, cannot be read: {reason}',
    exit: EXIT.internal,
  },
  'state-failed': {
    zh: '无法写入见证状态 {file}：{reason}',
    en: 'the state of the witness, {file}, cannot be written: {reason}',
    exit: EXIT.internal,
  },
  'too-many-waiting': {
    zh: '该存证日志已有 {waiting} 个联署请求在等待',
    en: '{waiting} requests of this log are waiting already',
    exit: EXIT.internal,
  },
  'content-name': {
    zh: '内容的名称应为 64 位十六进制数字',
    en: 'content is named by 64 hex digits',
    exit: EXIT.internal,
  },
  'too-many-files': {
    zh: '打开的文件过多：无法打开 {file}',
    en: 'too many open files: {file} cannot be opened',
    exit: EXIT.internal,
    http: HTTP_ANSWERS['too-many-files'],
  },
  'store-failed': {
    zh: '存储拒绝一切写入：{reason}',
    en: 'the store refuses all writes: {reason}',
    exit: EXIT.internal,
    http: HTTP_ANSWERS['store-failed'],
  },
  'self-check-failed': {
    zh: '签署前自检未通过，未签署任何内容：内存中{what}为 {found}，应为 {expected}',
    en: 'the check before signing failed, nothing was signed: {what} is {found} in memory, should be {expected}',
    hint: { zh: '重新启动服务，并检测本机内存', en: 'restart the service, and test the memory of the machine' },
    exit: EXIT.internal,
    http: HTTP_ANSWERS['self-check-failed'],
  },
  'queue-full': {
    zh: '登记队列已满：已有 {waiting} 项等待登记',
    en: 'the registration queue is full: {waiting} registrations are waiting',
    exit: EXIT.internal,
    http: HTTP_ANSWERS['queue-full'],
  },
  'clock-ahead': {
    zh: '系统时钟为 {now}，比可能的时间超前一天以上',
    en: 'the clock shows {now}, more than a day ahead of what it can be',
    hint: {
      zh: '校准时钟；时钟无误时设 EVL_ACCEPT_CLOCK=1 并重新启动服务',
      en: 'set the clock; if it is right, restart the service with EVL_ACCEPT_CLOCK=1',
    },
    exit: EXIT.internal,
    http: HTTP_ANSWERS['clock-ahead'],
  },
  'clock-behind': {
    zh: '系统时钟比最近一条记录的时间慢 {behindMs} 毫秒',
    en: 'the clock is {behindMs} ms behind the time of the newest record',
    exit: EXIT.internal,
    http: HTTP_ANSWERS['clock-behind'],
  },
  'idempotency-conflict': {
    zh: '此幂等键已用于另一请求',
    en: 'this idempotency key was used for another request',
    exit: EXIT.internal,
    http: HTTP_ANSWERS['idempotency-conflict'],
  },
  'head-moved': {
    zh: '存证日志已增至 {size} 条，而提交基于 {expected} 条',
    en: 'head of the store has size {size}, the commit expects {expected}',
    exit: EXIT.internal,
  },
  'chain-failed': { zh: '本地链的进程已结束：{reason}', en: 'the local chain ended: {reason}', exit: EXIT.internal },
  internal: { zh: '内部错误', en: 'an internal error', exit: EXIT.internal, http: HTTP_ANSWERS.internal },
} as const satisfies Readonly<Record<string, ErrorEntry>>;

export type ErrorCode = keyof typeof ERRORS;
