import { expect, test } from 'vitest';
import { httpAnswer, PROBLEM_CODES } from '../../src/http/problem.ts';
import { openMemoryLog } from '../log/memory-log.ts';
import { startMemoryService } from './memory-service.ts';

test('the type of every problem is a page that explains it, in both languages', async () => {
  await using service = await startMemoryService((await openMemoryLog()).log);
  for (const code of PROBLEM_CODES) {
    for (const [lang, language] of [
      ['zh', 'zh-CN'],
      ['en', 'en'],
    ] as const) {
      const answer = await fetch(`${service.url}/problems/${code}`, { headers: { 'accept-language': language } });
      expect([code, answer.status, answer.headers.get('content-language')]).toEqual([code, 200, language]);
      expect(answer.headers.get('vary')).toContain('Accept-Language');
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      const page = await answer.text();
      const { title, status, advice } = httpAnswer(code);
      for (const part of [
        `<html lang="${language}">`,
        title[lang],
        String(status),
        advice[lang].replaceAll('"', '&quot;'),
      ]) {
        expect(page).toContain(part);
      }
      expect(page, 'no place was left unfilled').not.toMatch(/\{[a-zA-Z]+\}/);
      const text = page.replaceAll(/<[^>]*>/g, ' ');
      if (lang === 'en') expect(text).not.toMatch(/\p{Script=Han}/u);
      else expect(text.replaceAll(/evl [a-z -]+/g, ''), 'commands aside').not.toMatch(/(?:\b[a-z]+ ){3}/);
    }
  }
});

test('an unknown code is a problem itself, in the language of the request', async () => {
  await using service = await startMemoryService((await openMemoryLog()).log);
  for (const code of ['nothing', 'toString', 'usage', '%E4']) {
    const answer = await fetch(`${service.url}/problems/${code}`, { headers: { 'accept-language': 'zh' } });
    expect(await answer.json()).toMatchObject({ type: '/problems/not-found', code: 'not-found', status: 404 });
  }
});

test('an unknown path is called a page or an operation, a missing record a record', async () => {
  await using service = await startMemoryService((await openMemoryLog()).log);
  const detailOf = async (path: string) => {
    const answer = await fetch(`${service.url}${path}`, { headers: { 'accept-language': 'zh' } });
    return ((await answer.json()) as { detail: string }).detail;
  };
  expect(await detailOf('/nowhere')).toBe('没有这个页面（接口）');
  expect(await detailOf('/v1/evidence/nobody')).toBe('没有这个标识的记录');
});

test('a browser that goes to an address gets a problem as a page, a program as JSON', async () => {
  await using service = await startMemoryService((await openMemoryLog()).log);
  const ask = async (accept: string) => {
    const answer = await fetch(`${service.url}/v1/evidence/<b>/certificate`, {
      headers: { accept, 'accept-language': 'zh-CN' },
    });
    expect([answer.status, answer.headers.get('vary')]).toEqual([404, expect.stringContaining('Accept')]);
    return { type: answer.headers.get('content-type'), text: await answer.text() };
  };
  const page = await ask('text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8');
  expect(page.type).toBe('text/html; charset=utf-8');
  expect(page.text).toContain('<html lang="zh-CN">');
  expect(page.text).toContain('没有这个标识的记录');
  for (const accept of ['*/*', 'application/json', 'application/problem+json, text/html;q=0.5', 'application/pdf']) {
    expect([accept, (await ask(accept)).type]).toEqual([accept, 'application/problem+json; charset=utf-8']);
  }
});

test.each([
  ['/verify/', '/verify'],
  ['/handbook/?lang=en', '/handbook?lang=en'],
  ['/handbook/court/', '/handbook/court'],
  ['/docs/', '/docs'],
])('%s leads to %s', async (path, place) => {
  await using service = await startMemoryService((await openMemoryLog()).log);
  const answer = await fetch(`${service.url}${path}`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([308, place]);
});

test('no address of a program, of another host or of nothing is redirected', async () => {
  await using service = await startMemoryService((await openMemoryLog()).log);
  for (const path of ['/v1/anchors/', '//verify/', '//elsewhere.example/', '/verify//', '/nowhere/']) {
    const answer = await fetch(`${service.url}${path}`, { redirect: 'manual' });
    expect([path, answer.status]).toEqual([path, 404]);
  }
});
