import type { ErrorEntry } from './error-entry.ts';
import { EXIT } from './exit-codes.ts';

/** Why others are not served, nobody is signed in, or somebody may not do what is asked for. */
export const ACCESS_ERRORS = {
  'accounts-missing': {
    zh: '本存证系统还没有账户，不应答其他机器',
    en: 'the ledger has no accounts yet, and answers no other machine',
    http: {
      status: 403,
      title: { zh: '尚未设立账户', en: 'There are no accounts yet' },
      advice: {
        zh: '由运营方在运行服务的机器上建立第一个账户（evl org add，然后 evl people add 用户名 --org 单位 --admin）',
        en: 'The operator makes the first account on the machine that runs the service (evl org add, then evl people add NAME --org ORGANISATION --admin).',
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
  'proxy-silent': {
    zh: '请求来自已指明的反向代理，却没有写明是谁发来的',
    en: 'the request comes from a named reverse proxy, which does not state who sent it',
    http: {
      status: 400,
      title: { zh: '反向代理未写明来源', en: 'The proxy names no sender' },
      meaning: {
        zh: 'EVL_BEHIND_PROXY 所列地址发来的请求须带有 X-Forwarded-For、-Proto 与 -Host（或 Forwarded），否则他人的请求会被当成本机的',
        en: 'What comes from an address in EVL_BEHIND_PROXY carries X-Forwarded-For, -Proto and -Host (or Forwarded); without them a request of others would count as one of this machine.',
      },
      advice: {
        zh: '运营方让反向代理发送这些标头（见 ops 中的示例）；本机的程序改用服务的对外地址',
        en: 'The operator has the proxy send these headers (ops has examples); a program of this machine uses the address that others use.',
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
  'login-refused': {
    zh: '登录申请被拒绝，没有取得密钥',
    en: 'the request to log in was refused: there is no key',
    exit: EXIT.notAllowed,
  },
  'login-expired': {
    zh: '登录申请已失效，没有取得密钥',
    en: 'the request to log in has ended: there is no key',
    hint: { zh: '重新运行 evl login', en: 'run "evl login" again' },
    exit: EXIT.notAllowed,
  },
  'host-refused': {
    zh: '不允许在 {host} 提供服务，尚缺：{lacks}',
    en: 'the service cannot listen on {host}, which other machines reach; missing: {lacks}',
    exit: EXIT.notAllowed,
  },
  'certificate-wrong': {
    zh: '无法使用 TLS 证书 {cert} 与私钥 {key}：{reason}',
    en: 'the TLS certificate {cert} with the key {key} cannot be used: {reason}',
    exit: EXIT.usage,
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
