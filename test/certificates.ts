import { execFileSync } from 'node:child_process';
import { isIP } from 'node:net';
import { join } from 'node:path';

export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
}

/**
 * Makes a certificate for names of this machine that vouches for itself, with its key, by OpenSSL.
 */
export function makeCertificate(
  dir: string,
  name: string,
  { days = 30, hosts = ['localhost'] } = {},
): CertificatePaths {
  const paths = { cert: join(dir, `${name}.pem`), key: join(dir, `${name}.key`) };
  const names = ['IP:127.0.0.1', ...hosts.map((host) => `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`)].join(',');
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', String(days)];
  const made = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`, '-keyout', paths.key, '-out', paths.cert];
  execFileSync('openssl', ['req', ...options, ...made], { stdio: 'pipe' });
  return paths;
}
