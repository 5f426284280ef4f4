import type { ErrorEntry } from './error-entry.ts';

const RESEND_BATCH = {
  zh: '连同相同的 Idempotency-Key 重新发送整个请求；已登记的行会返回原来的回执，不会重复登记',
  en: 'Send the whole request again with the same Idempotency-Key: what is registered already is answered with its record and not registered twice.',
} as const;

const CORRECT_BODY = {
  zh: '按 errors 所列各项改正后重新发送；所要求的形式见 /docs',
  en: 'Correct what errors lists and send the request again; /docs shows the required form.',
} as const;

/**
 * The part of the catalogue that only answers requests over HTTP. A variant `topic/code` is
 * answered with the status and the title of its code.
 */
export const REQUEST_ERRORS = {
  'request-unreadable': {
    zh: '收到的内容不是 HTTP 请求',
    en: 'the bytes received are not an HTTP request',
    http: {
      status: 400,
      title: { zh: '请求不符合 HTTP 规范', en: 'The request is not valid HTTP' },
      meaning: {
        zh: '收到的内容不是 HTTP/1.1 请求，或者不同的程序会对它有不同的理解',
        en: 'The bytes received are not an HTTP/1.1 request, or two programs could read them differently.',
      },
      advice: {
        zh: '改用通行的 HTTP 客户端，并检查途经的代理服务器',
        en: 'Use a common HTTP client, and check the proxies on the way.',
      },
    },
  },
  'host/request-unreadable': {
    zh: '应有且仅有一个 Host 请求头',
    en: 'there should be exactly one Host header',
  },
  'transfer-coding/request-unreadable': {
    zh: 'Transfer-Encoding 只能是 chunked',
    en: 'Transfer-Encoding should be chunked',
  },
  'json-invalid': {
    zh: '无法读取：{reason}',
    en: 'cannot be read: {reason}',
    http: {
      status: 400,
      title: { zh: '请求或其中的回执无法读取', en: 'The request, or the receipt in it, cannot be read' },
      meaning: {
        zh: '请求内容不是有效的 JSON（名称不得重复，嵌套不超过 32 层），或者其中的回执无法读取',
        en: 'The body is not valid JSON (no duplicate names, at most 32 levels deep), or the receipt in it cannot be read.',
      },
      advice: { zh: '改正请求内容后重新发送', en: 'Correct the body and send it again.' },
    },
  },
  'validation-failed': {
    zh: '{member}：{reason}',
    en: '{member}: {reason}',
    http: {
      status: 400,
      title: { zh: '请求内容不符合要求', en: 'The request does not have the required form' },
      meaning: {
        zh: '请求是有效的 JSON 或有效的查询，但缺少某项、有不认识的项，或者某项的值不符合要求',
        en: 'The request is valid JSON or a valid query, but a member is missing, unknown, or has a value that is not allowed.',
      },
      advice: CORRECT_BODY,
    },
  },
  'verification/validation-failed': {
    zh: '请给出回执或哈希值',
    en: 'give a receipt, digests, or both',
  },
  'body-incomplete': {
    zh: '请求在内容传完之前中断；单条登记与上传未保存任何内容，批量登记中已传完的行可能已登记，请以相同的键重发',
    en: 'the request ended before its body was complete; of a registration or an upload nothing was stored, of a batch whole lines may be registered: send them again with the same keys',
    http: {
      status: 400,
      title: { zh: '请求内容不完整', en: 'The request ended too early' },
      advice: RESEND_BATCH,
    },
  },
  'body-timeout': {
    zh: '内容传输过慢；单条登记与上传未保存任何内容，批量登记中已传完的行可能已登记，请以相同的键重发',
    en: 'the body arrived too slowly; of a registration or an upload nothing was stored, of a batch whole lines may be registered: send them again with the same keys',
    http: {
      status: 408,
      title: { zh: '请求传输超时', en: 'The request took too long' },
      advice: RESEND_BATCH,
    },
  },
  'body-too-large': {
    zh: '请求内容超过 {limit} 字节',
    en: 'the body is larger than {limit} bytes',
    http: {
      status: 413,
      title: { zh: '请求内容过大', en: 'The request is too large' },
      meaning: {
        zh: '请求内容或批量登记中的一行超过上限：登记为 64 KiB，核验为 256 KiB',
        en: 'The body, or one line of a batch, is above its limit: 64 KiB for a registration, 256 KiB for a verification.',
      },
      advice: {
        zh: '文件内容请用 POST /v1/contents 上传，登记中只写其哈希值',
        en: 'Upload the content of files with POST /v1/contents; a registration holds digests only.',
      },
    },
  },
  'batch/body-too-large': {
    zh: '已有 {limit} 行不是登记内容：本行及其后各行未读取，也未登记',
    en: '{limit} lines were no registrations: this one and those after it were not read, and not registered',
  },
  'line/body-too-large': {
    zh: '该行超过 {limit} 字节',
    en: 'the line is longer than {limit} bytes',
  },
  'chunk/body-too-large': {
    zh: '分块传输的附加信息过长',
    en: 'the extensions of the chunked coding are too long',
  },
  'headers-too-large': {
    zh: '请求头超过 16 KiB 或 64 项',
    en: 'the request headers exceed 16 KiB or 64 fields',
    http: {
      status: 431,
      title: { zh: '请求头过大', en: 'The request headers are too large' },
      advice: { zh: '减少请求头后重新发送', en: 'Send the request again with fewer headers.' },
    },
  },
  'media-type-unsupported': {
    zh: '内容类型是 {found}，应为 {expected}',
    en: 'content type is {found}, should be {expected}',
    http: {
      status: 415,
      title: { zh: '不支持的内容类型', en: 'The content type is not supported' },
      meaning: {
        zh: 'Content-Type 不是这个接口所接受的，或者内容经过压缩',
        en: 'The Content-Type is not the one that this operation takes, or the body is compressed.',
      },
      advice: {
        zh: '按 /docs 设置 Content-Type，并且不压缩内容',
        en: 'Set the Content-Type that /docs shows, and do not compress the body.',
      },
    },
  },
  'encoding/media-type-unsupported': {
    zh: '内容编码是 {found}，应不压缩',
    en: 'content encoding is {found}, should be absent',
  },
  'digest-mismatch': {
    zh: '内容的 SHA-256 是 {found}，Repr-Digest 给出 {declared}；未保存任何内容',
    en: 'the body has SHA-256 {found}, Repr-Digest states {declared}; nothing was stored',
    http: {
      status: 400,
      title: { zh: '哈希值与内容不一致', en: 'The digest does not match the content' },
      meaning: {
        zh: '服务收到的内容与请求所述的哈希值或大小不一致；未保存也未登记任何内容',
        en: 'The bytes that the service received do not have the digest or the size that the request states; nothing was stored or registered.',
      },
      advice: {
        zh: '重新计算哈希值并重新上传；文件在读取过程中可能发生了变化',
        en: 'Compute the digest again and repeat the upload: the file may have changed while it was read.',
      },
    },
  },
  'upload/digest-mismatch': {
    zh: '{member} 是 {found}，所上传内容为 {expected}',
    en: '{member} is {found}, the uploaded content has {expected}',
  },
  'upload-unknown': {
    zh: 'uploadToken 无效，请重新上传内容',
    en: 'uploadToken is not known: upload the content again',
    http: {
      status: 422,
      title: { zh: '未找到已上传的内容，请重新上传', en: 'The upload is not known: upload again' },
      advice: {
        zh: '上传凭据在 24 小时后或服务重新启动后失效；重新上传内容，再以相同的 Idempotency-Key 登记',
        en: 'Upload tokens expire after 24 hours and when the service restarts. Upload the content again and register with the same Idempotency-Key.',
      },
    },
  },
  'cursor-invalid': {
    zh: '该分页标记不是本服务为这一查询给出的',
    en: 'this service did not issue the cursor for this query',
    http: {
      status: 400,
      title: { zh: '分页标记无效', en: 'The cursor is not valid' },
      advice: {
        zh: '从第一页重新查询，并沿用 nextCursor 给出的分页标记',
        en: 'Start again at the first page, and follow the nextCursor of each answer.',
      },
    },
  },
  'idempotency-key-invalid': {
    zh: 'Idempotency-Key 应为 1 至 255 个可见 ASCII 字符',
    en: 'Idempotency-Key should be 1 to 255 visible ASCII characters',
    http: {
      status: 400,
      title: { zh: '幂等键无效', en: 'The idempotency key is not valid' },
      advice: { zh: '改用符合要求的键，例如 UUID', en: 'Use a key of that form, for example a UUID.' },
    },
  },
  'repr-digest-invalid': {
    zh: 'Repr-Digest 应为 "sha-256=:32 字节的 base64:"',
    en: 'Repr-Digest should be "sha-256=:base64 of 32 bytes:"',
    http: {
      status: 400,
      title: { zh: 'Repr-Digest 无效', en: 'The Repr-Digest is not valid' },
      advice: {
        zh: '按 RFC 9530 填写，或者不带这个请求头',
        en: 'Write it as RFC 9530 says, or leave the header out.',
      },
    },
  },
  'range-unsatisfiable': {
    zh: '内容没有所要求的范围',
    en: 'the content does not have this range',
    http: {
      status: 416,
      title: { zh: '所要求的范围不存在', en: 'The range does not exist' },
      advice: {
        zh: 'Content-Range 给出内容的大小；按此修改 Range',
        en: 'Content-Range states the size of the content; change Range accordingly.',
      },
    },
  },
  'expectation-unsupported': {
    zh: '不支持 Expect 请求头所述的要求',
    en: 'what the Expect header asks for is not supported',
    http: {
      status: 417,
      title: { zh: '不支持的 Expect 要求', en: 'The expectation is not supported' },
      advice: { zh: '去掉 Expect 请求头后重试', en: 'Send the request without the Expect header.' },
    },
  },
  'too-many-listings': {
    zh: '同时进行的长列表查询已达上限',
    en: 'as many long listings as are allowed are being made already',
    http: {
      status: 503,
      title: { zh: '列表查询过多，请稍后再试', en: 'Too many long listings at once: try again later' },
      advice: {
        zh: '稍后重试，或减小 limit：每页不超过 100 条的查询不受此限',
        en: 'Try again later, or with a smaller limit: pages of at most 100 records are not limited.',
      },
    },
  },
  'chain-busy': {
    zh: '等待向区块链查询的请求已达上限',
    en: 'as many questions to the chain as are allowed are waiting already',
    http: {
      status: 503,
      title: { zh: '向区块链查询的请求过多，请稍后再试', en: 'Too many questions to the chain: try again later' },
      advice: { zh: '稍后重试；或直接查询自己的区块链节点', en: 'Try again later, or ask a chain node of your own.' },
    },
  },
  'store-closed': {
    zh: '存储已关闭：服务正在停止',
    en: 'the store is closed: the service is stopping',
    http: {
      status: 503,
      title: { zh: '服务正在停止', en: 'The service is stopping' },
      advice: {
        zh: '服务重新启动后重试',
        en: 'Try again once the service has restarted.',
      },
    },
  },
  'cross-origin': {
    zh: '此请求由其他来源的网页发出；未执行任何操作',
    en: 'a page of another origin sent this request; nothing was done',
    http: {
      status: 403,
      title: { zh: '拒绝来自其他网站的请求', en: 'Requests from pages of other sites are refused' },
      advice: {
        zh: '使用本服务自己的页面，或者使用浏览器以外的程序',
        en: 'Use the pages of this service, or a program other than a browser.',
      },
    },
  },
  'host-unknown': {
    zh: '本服务不应答这个主机名',
    en: 'this service does not answer to this host name',
    http: {
      status: 421,
      title: { zh: '本服务不以这个主机名应答', en: 'The service does not answer to this host name' },
      meaning: {
        zh: '未开放给其他机器的服务只应答本机地址；已开放的，另应答运营方指定的主机名',
        en: 'A service that is not open to other machines answers to its local address only, others also to the host names that their operator has set.',
      },
      advice: {
        zh: '使用运营方公布的地址；在运行服务的机器上，以 127.0.0.1 或 localhost 访问。运营方：见 EVL_PUBLIC_HOSTS',
        en: 'Use the address that the operator has published, or 127.0.0.1 or localhost on the machine that runs the service. Operators: see EVL_PUBLIC_HOSTS.',
      },
    },
  },
  'not-found': {
    zh: '没有这个页面（接口）',
    en: 'there is no such page or operation',
    http: {
      status: 404,
      title: { zh: '没有这个页面、接口或记录', en: 'No such page, operation or record' },
      meaning: {
        zh: '服务没有这个地址，或者没有这个标识的记录、内容或检查点',
        en: 'The service has no such address, or no record, content or checkpoint with this id.',
      },
      advice: {
        zh: '核对地址与标识；全部接口见 /docs',
        en: 'Check the address and the id; /docs lists all operations.',
      },
    },
  },
  'path/not-found': {
    zh: '地址无法解码',
    en: 'the path cannot be decoded',
  },
  'record/not-found': {
    zh: '没有这个标识的记录',
    en: 'there is no record with this id',
  },
  'content/not-found': {
    zh: '该记录只登记了哈希值，没有内容',
    en: 'this record has no content: only its digests were registered',
  },
  'checkpoint/not-found': {
    zh: '尚未公布检查点',
    en: 'no checkpoint is published yet',
  },
  'verifier/not-found': {
    zh: '本服务没有单文件核验程序：安装时未生成（npm run bundle）',
    en: 'this service has no verifier of one file: it was not made when the program was installed (npm run bundle)',
  },
  'pages/not-found': {
    zh: '本服务没有页面：安装时未生成（npm run build:web）',
    en: 'this service has no pages: they were not made when the program was installed (npm run build:web)',
  },
  'problem/not-found': {
    zh: '没有这个问题代码',
    en: 'there is no such problem code',
  },
  'tile-not-found': {
    zh: '存证日志中没有这个哈希分片（tile）',
    en: 'the log has no such tile',
    http: {
      status: 404,
      title: { zh: '存证日志中没有这个哈希分片（tile）', en: 'The log has no such tile' },
      advice: {
        zh: '只有最新公布的检查点之内的哈希分片可供读取；先读取 /log/checkpoint',
        en: 'Tiles exist up to the newest published checkpoint: read /log/checkpoint first.',
      },
    },
  },
  'method-not-allowed': {
    zh: '此处只接受 {allowed}',
    en: 'only {allowed} is allowed here',
    http: {
      status: 405,
      title: { zh: '不支持这种请求方法', en: 'This method is not supported here' },
      meaning: { zh: '有这个地址，但它不接受这种请求方法', en: 'The address exists and does not take this method.' },
      advice: { zh: 'Allow 响应头列出可用的方法', en: 'The header Allow lists the methods that it takes.' },
    },
  },
  'too-many-requests': {
    zh: '请求过于频繁，请在 {seconds} 秒后再试',
    en: 'too many requests: try again in {seconds} s',
    http: {
      status: 429,
      title: { zh: '请求过于频繁', en: 'Too many requests' },
      meaning: {
        zh: '这个地址在短时间内发出的请求超过上限，或者一个连接上同时有过多请求未得到应答',
        en: 'This address sent more requests than the limit, or has too many unanswered requests on one connection.',
      },
      advice: {
        zh: '等待 Retry-After 所给的秒数后重试；多条登记可用 POST /v1/evidence/batch',
        en: 'Wait for the seconds in Retry-After; register many records with POST /v1/evidence/batch.',
      },
    },
  },
  'log-halted': {
    zh: '存证日志与外部记录矛盾：{reason}',
    en: 'the log contradicts an external record of it: {reason}',
    http: {
      status: 503,
      title: {
        zh: '存证日志与外部记录矛盾，已停止登记',
        en: 'The log contradicts an external record: registration has stopped',
      },
      meaning: {
        zh: '合约、留存检查点或见证节点所记载的存证日志与服务所持的不一致；服务不再签署任何内容',
        en: 'The contract, a pinned checkpoint or a witness holds another state of the log than the service; nothing more is signed.',
      },
      advice: {
        zh: '联系运营方；已有的回执无需本服务即可核验',
        en: 'Contact the operator. Receipts that were issued verify without the service.',
      },
    },
  },
  stopping: {
    zh: '服务正在停止',
    en: 'the service is stopping',
    http: {
      status: 503,
      title: { zh: '服务正在停止', en: 'The service is stopping' },
      advice: {
        zh: '服务重新启动后以相同的 Idempotency-Key 重试',
        en: 'Try again with the same Idempotency-Key once the service has restarted.',
      },
    },
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
