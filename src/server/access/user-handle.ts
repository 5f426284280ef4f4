import { fromHex, toHex } from '../../protocol/encoding/bytes.ts';

/** The user handle of a person's passkeys: the 16 bytes of the id, which say nothing about them. */

export function idBytes(person: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(fromHex('person', person.replaceAll('-', '')));
}

/** The id of a user handle in base64url; undefined where it is none of ours. */
export function personIdOf(userHandle: string): string | undefined {
  const bytes = Buffer.from(userHandle, 'base64url');
  if (bytes.length !== 16) return undefined;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
