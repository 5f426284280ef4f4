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
  'accounts-missing': {
    zh: '本存证系统还没有账户，不应答其他机器',
    en: 'the ledger has no accounts yet, and answers no other machine',
    http: {
      status: 403,
      title: { zh: '尚未设立账户', en: 'There are no accounts yet' },
      advice: {
        zh: '由运营方在运行服务的机器上建立第一个账户（evl people add --admin）',
        en: 'The operator makes the first account on the machine that runs the service (evl people add --admin).',
      },
    },
  },
  'https-required': {
    zh: '其他机器只能以 https 访问本服务',
    en: 'other machines reach this service by https only',
    http: {
      status: 403,
      title: { zh: '须以 https 访问', en: 'Use https' },
      advice: {
        zh: '把地址开头的 http 改为 https。反向代理应发送 X-Forwarded-Proto',
        en: 'Write https instead of http at the beginning of the address. A reverse proxy should send X-Forwarded-Proto.',
      },
    },
  },
  'sign-in-required': {
    zh: '需要登录，或需要有效的 API 密钥',
    en: 'the request needs a sign-in or a valid API key',
    http: {
      status: 401,
      title: { zh: '请先登录', en: 'Sign in first' },
      meaning: {
        zh: '本存证系统设有账户，这项操作需要知道请求人是谁',
        en: 'The ledger has accounts, and this operation needs to know who asks.',
      },
      advice: {
        zh: '登录，在命令行用 evl login，或在 Authorization 中出示 API 密钥（Bearer evk_…）；没有账户的，联系本单位管理员',
        en: 'Sign in, run "evl login" for a command line, or show an API key in Authorization (Bearer evk_…); without an account, ask the administrator.',
      },
    },
  },
  'credential-invalid': {
    zh: 'API 密钥无效',
    en: 'the API key is not valid',
    http: {
      status: 401,
      title: { zh: 'API 密钥无效', en: 'The API key is not valid' },
      meaning: {
        zh: '所出示的密钥格式不符、不存在、已吊销或已到期',
        en: 'The key that was shown is malformed, unknown, revoked or has ended.',
      },
      advice: {
        zh: '核对密钥是否完整；失效的，重新运行 evl login，或由本人或管理员另行签发',
        en: 'Check that the key is complete; if it has ended, run "evl login" again, or its owner or an administrator issues another one.',
      },
    },
  },
  'credential-in-url': {
    zh: 'API 密钥不得写入地址：地址会留在各处的运行日志中',
    en: 'an API key does not belong in an address, which is kept in logs on the way',
    http: {
      status: 400,
      title: { zh: '密钥不得写入地址', en: 'No key in the address' },
      advice: {
        zh: '吊销这把密钥，另行签发，并在 Authorization 中出示',
        en: 'Revoke this key, issue another one, and show it in Authorization.',
      },
    },
  },
  'sign-in-failed': {
    zh: '用户名或密码不正确',
    en: 'name or password is not right',
    http: {
      status: 401,
      title: { zh: '登录失败', en: 'The sign-in failed' },
      advice: {
        zh: '核对后重试；忘记密码的，请本单位管理员重置',
        en: 'Check both and try again; if the password is lost, ask the administrator for a reset.',
      },
    },
  },
  'sign-in-ended': {
    zh: '这次登录已结束、已用过，或是在另一浏览器中开始的',
    en: 'this sign-in has ended, was used, or was begun in another browser',
    http: {
      status: 400,
      title: { zh: '登录已结束', en: 'The sign-in has ended' },
      meaning: {
        zh: '登录的第二步须在五分钟内、在同一浏览器中完成，且只能使用一次',
        en: 'The second step of a sign-in follows within five minutes, in the same browser, and once.',
      },
      advice: { zh: '从头登录', en: 'Begin the sign-in again.' },
    },
  },
  'provider-failed': {
    zh: '身份认证提供方的答复未被接受',
    en: 'what the provider answered was not accepted',
    http: {
      status: 401,
      title: { zh: '登录失败', en: 'The sign-in failed' },
      meaning: {
        zh: '提供方拒绝了登录，或其令牌的签名、签发者、接收方、时间等不符',
        en: 'The provider refused, or signature, issuer, audience or time of its token is not right.',
      },
      advice: {
        zh: '重新登录；仍失败的，联系管理员',
        en: 'Sign in again; if it fails again, contact the administrator.',
      },
    },
  },
  'provider-unreachable': {
    zh: '无法连接身份认证提供方',
    en: 'the provider cannot be reached',
    http: {
      status: 503,
      title: { zh: '无法连接身份认证提供方', en: 'The provider cannot be reached' },
      advice: {
        zh: '稍后再试，或用密码、通行密钥登录',
        en: 'Try again later, or sign in by password or passkey.',
      },
    },
  },
  'identity-not-bound': {
    zh: '{issuer} 的账号 {subject} 未与可登录的人员绑定',
    en: 'the account {subject} of {issuer} is bound to nobody who may sign in',
    http: {
      status: 403,
      title: { zh: '账号未绑定', en: 'The account is not bound' },
      meaning: {
        zh: '提供方确认了您的身份，但本存证系统的管理员未将该账号与人员绑定；不会自动开户',
        en: 'The provider has confirmed who you are, but no administrator of this ledger has bound the account to a person; no account is made by itself.',
      },
      advice: { zh: '将所示的账号告知本单位管理员', en: 'Give the account shown to the administrator.' },
    },
  },
  'passkey-failed': {
    zh: '通行密钥未被接受',
    en: 'the passkey was not accepted',
    http: {
      status: 401,
      title: { zh: '登录失败', en: 'The sign-in failed' },
      advice: {
        zh: '改用另一通行密钥或密码；都没有的，请本单位管理员重置',
        en: 'Use another passkey or the password; without either, ask the administrator for a reset.',
      },
    },
  },
  'passkey-unusable': {
    zh: '浏览器所给的通行密钥不能使用',
    en: 'the passkey that the browser has made cannot be used',
    http: {
      status: 400,
      title: { zh: '通行密钥不能使用', en: 'The passkey cannot be used' },
      meaning: {
        zh: '通行密钥须为 P-256 密钥，为本网站当前的请求而制作，并已核实使用者（PIN、指纹或面容）',
        en: 'A passkey is a key on P-256, made for the present request of this site, by a user who was verified (PIN, fingerprint or face).',
      },
      advice: { zh: '重试，或改用另一设备或安全密钥', en: 'Try again, or use another device or security key.' },
    },
  },
  'passkeys-not-here': {
    zh: '在此地址不能使用通行密钥',
    en: 'passkeys cannot be used at this address',
    http: {
      status: 409,
      title: { zh: '此处不能使用通行密钥', en: 'No passkeys here' },
      meaning: {
        zh: '浏览器只为域名（经 https）或 localhost 提供通行密钥，不为 IP 地址提供',
        en: 'Browsers offer passkeys to names by https, or to localhost, and never to IP addresses.',
      },
      advice: { zh: '以域名访问本服务，或用密码登录', en: 'Open the service by its name, or sign in by password.' },
    },
  },
  'last-credential': {
    zh: '这是您唯一的登录方式，不能移除',
    en: 'this is your only way to sign in',
    http: {
      status: 409,
      title: { zh: '唯一的登录方式不能移除', en: 'The only way to sign in stays' },
      advice: { zh: '先设置密码或添加另一通行密钥', en: 'Set a password or add another passkey first.' },
    },
  },
  'sign-in-paused': {
    zh: '失败的登录次数过多，{seconds} 秒后再试',
    en: 'too many sign-ins have failed; try again in {seconds} s',
    http: {
      status: 429,
      title: { zh: '登录暂停', en: 'Sign-ins are paused' },
      advice: {
        zh: '等待所示的秒数；用过的设备与通行密钥不受他人的失败影响',
        en: 'Wait for the seconds shown; a device that was used before and a passkey are not slowed down by failures of others.',
      },
    },
  },
  'sign-in-busy': {
    zh: '同时登录的人太多',
    en: 'too many people sign in at once',
    http: {
      status: 503,
      title: { zh: '登录繁忙', en: 'Too many sign-ins at once' },
      advice: {
        zh: '稍候重试',
        en: 'Try again in a moment.',
      },
    },
  },
  'access-log-full': {
    zh: '访问日志暂时无法写入，不能查看、查询',
    en: 'the access log cannot be written: nothing can be looked at or searched',
    http: {
      status: 503,
      title: { zh: '访问日志无法写入', en: 'The access log cannot be written' },
      meaning: {
        zh: '查看与查询须先记入访问日志；磁盘已满或故障时拒绝。登记不受影响',
        en: 'What is looked at or searched for is logged first; where the disk is full or fails, it is refused. Registration goes on.',
      },
      advice: {
        zh: '联系运营方腾出磁盘空间，稍后重试',
        en: 'Contact the operator to free some disk space, then try again.',
      },
    },
  },
  'sign-in-again': {
    zh: '这项操作需要重新登录：上次登录已超过十分钟',
    en: 'this operation needs a new sign-in: the last one is more than ten minutes ago',
    http: {
      status: 403,
      title: { zh: '请重新登录', en: 'Sign in again' },
      advice: {
        zh: '重新输入密码或使用通行密钥，然后重试',
        en: 'Enter the password or use the passkey again, then repeat.',
      },
    },
  },
  'login-request-unknown': {
    zh: '没有这个登录申请，或已过期、已完成',
    en: 'there is no such request to log in, or it has ended',
    http: {
      status: 404,
      title: { zh: '没有这个登录申请', en: 'No such request to log in' },
      advice: {
        zh: '重新运行 evl login，并打开它显示的地址',
        en: 'Run "evl login" again and open the address that it shows.',
      },
    },
  },
  'login-request-decided': {
    zh: '这个登录申请已经批准或拒绝过',
    en: 'the request to log in was approved or refused already',
    http: {
      status: 409,
      title: { zh: '登录申请已处理', en: 'The request to log in is decided' },
      advice: {
        zh: '处理有误的，在“我的账户”中吊销密钥，或重新运行 evl login',
        en: 'If that was a mistake, revoke the key in "My account", or run "evl login" again.',
      },
    },
  },
  'no-accounts': {
    zh: '本存证系统没有账户，无需登录',
    en: 'the ledger has no accounts: no sign-in is needed',
    http: {
      status: 409,
      title: { zh: '没有账户', en: 'There are no accounts' },
      advice: {
        zh: '直接使用；如需设立账户，打开服务启动时显示的一次性链接',
        en: 'Go on without; for accounts, open the one-time link that the service prints when it starts.',
      },
    },
  },
  'link-invalid': {
    zh: '该链接无效、已用过或已到期',
    en: 'the link is not valid, was used or has ended',
    http: {
      status: 404,
      title: { zh: '链接无效', en: 'The link is not valid' },
      advice: {
        zh: '请管理员另发一个链接',
        en: 'Ask the administrator for another link.',
      },
    },
  },
  'password-too-short': {
    zh: '密码有 {length} 个字符，应至少有 {min} 个',
    en: 'the password has {length} characters, should have at least {min}',
    http: {
      status: 400,
      title: { zh: '密码过短', en: 'The password is too short' },
      advice: {
        zh: '改用更长的密码，例如几个不相干的词',
        en: 'Choose a longer one, such as several unrelated words.',
      },
    },
  },
  'password-common': {
    zh: '该密码属于常用密码，容易被猜中',
    en: 'the password is one of those that are tried first',
    http: {
      status: 400,
      title: { zh: '密码过于常见', en: 'The password is too common' },
      meaning: {
        zh: '该密码见于他处泄露的密码，或由常用词、姓名、单位名称、日期、键盘顺序、重复字符拼成',
        en: 'It was stolen elsewhere, or is put together from common words, names of yours, dates, rows of keys or repetitions.',
      },
      advice: {
        zh: '改用别的密码，例如几个不相干的词',
        en: 'Choose another one, such as several unrelated words.',
      },
    },
  },
  'password-too-long': {
    zh: '密码有 {length} 个字符，应至多有 {max} 个',
    en: 'the password has {length} characters, should have at most {max}',
    http: {
      status: 400,
      title: { zh: '密码过长', en: 'The password is too long' },
      advice: {
        zh: '改用较短的密码',
        en: 'Choose a shorter one.',
      },
    },
  },
  forbidden: {
    zh: '您的角色或授权不包括这项操作',
    en: 'neither your role nor a grant includes this operation',
    http: {
      status: 403,
      title: { zh: '无权进行这项操作', en: 'Not allowed' },
      advice: {
        zh: '向部门负责人或管理员申请；有多个角色的，改用另一角色登录',
        en: 'Ask the supervisor or the administrator; if you have several roles, sign in with the other one.',
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
