/**
 * Takes the pictures of `docs/images`: a service of its own with a ledger of invented data, at the
 * ports that the documents name, which must be free.
 *
 *     npm run screenshots
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Service, Workplace } from '../e2e/program.ts';
import { launchBrowser, openPage, verdictOn } from './browser.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'images');
const MAX_BYTES = 200_000;
const CASE = '（2026）浙01刑初123号';
const NAMES = ['电子数据检查报告.pdf', '硬盘镜像.E01', '网页截图.png'];

const workplace = new Workplace();
Object.assign(workplace.env, { EVL_PORT: '8080', EVL_CHAIN_PORT: '8545', EVL_OPERATOR: '演示用存证中心' });
const service = new Service(workplace);
await service.start();
const browser = await launchBrowser();
try {
  const at = (name: string) => join(workplace.dir, name);
  for (const name of NAMES) writeFileSync(at(name), `bytes of ${name}`);
  const added = await workplace.run(['add', ...NAMES.map(at), '--case', CASE, '--wait', 'final']);
  if (added.exit !== 0) throw new Error(added.stderr);
  mkdirSync(FOLDER, { recursive: true });
  const files = [at(NAMES[0]!), at(`${NAMES[0]}.receipt.json`)];
  await take('home', '/', { width: 1000, height: 1250 });
  await take('verify', '/verify', { width: 900, height: 1250, files });
  await take('court', '/verify?court', { width: 1280, height: 720, files });
} finally {
  await browser.close();
  await service.stop();
  workplace.remove();
}

interface View {
  readonly width: number;
  readonly height: number;
  /** Dropped into the page, whose verdict is waited for. */
  readonly files?: readonly string[];
}

/** A picture of what a window of this size shows of a page in Chinese. */
async function take(name: string, path: string, { files, ...size }: View): Promise<void> {
  await using opened = await openPage(browser, `${service.url}${path}`, size);
  const { page, errors } = opened;
  if (files !== undefined) {
    await page.setInputFiles('#files', [...files]);
    await verdictOn(page);
  }
  const picture = await page.screenshot({ path: join(FOLDER, `${name}.zh-CN.png`), animations: 'disabled' });
  if (picture.length > MAX_BYTES) throw new Error(`${name} has ${picture.length} bytes`);
  if (errors.length > 0) throw new Error(errors.join('\n'));
}
