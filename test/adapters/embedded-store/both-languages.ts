import { expect } from 'vitest';
import type { Message } from '../../../src/text/message.ts';

/** A filled message has no empty place, and its Chinese sentence holds no English one. */
export function expectBothLanguages({ zh, en }: Message): void {
  expect(zh).toMatch(/\p{Script=Han}/u);
  for (const text of [zh, en]) expect(text).not.toMatch(/\{[a-zA-Z]+\}|undefined|\[object/);
  expect(zh.replaceAll(/\/\S+|[“"].*?[”"]/g, '')).not.toMatch(/[A-Za-z]+ [a-z]+ [a-z]+/);
}
