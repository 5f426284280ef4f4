import { uuidV7 } from '../../src/kinds/record-id.ts';
import { utf8Bytes } from '../../src/protocol/encoding/bytes.ts';
import { sha256 } from '../../src/protocol/encoding/hash.ts';
import { Directory } from '../../src/people/directory.ts';
import type { DirectoryEvent, EventName, EventOf } from '../../src/people/events.ts';

export const START_MS = Date.parse('2026-03-01T08:00:00.000Z');

/** The id that stands for a name in these tests: the same name has the same id. */
export function idOf(name: string): string {
  return uuidV7(START_MS, sha256(utf8Bytes(name)).subarray(0, 10));
}

/** Events of one ledger, each a second after the one before. */
export class Story {
  readonly directory = new Directory();
  readonly events: DirectoryEvent[] = [];
  by = 'host';

  get nowMs(): number {
    return START_MS + this.events.length * 1000;
  }

  make<Name extends EventName>(event: Name, members: Omit<EventOf<Name>, 'event' | 'at' | 'by'>): EventOf<Name> {
    return { event, at: new Date(this.nowMs).toISOString(), by: this.by, ...members } as unknown as EventOf<Name>;
  }

  add<Name extends EventName>(event: Name, members: Omit<EventOf<Name>, 'event' | 'at' | 'by'>): void {
    const made = this.make(event, members) as DirectoryEvent;
    this.directory.apply(made);
    this.events.push(made);
  }

  organisation(name: string, kind: EventOf<'organisation-added'>['kind']): string {
    this.add('organisation-added', { organisation: idOf(name), kind, personal: { name } });
    return idOf(name);
  }

  person(name: string, organisation: string, roles: EventOf<'person-added'>['roles']): string {
    const personal = { signInName: name, name };
    this.add('person-added', { person: idOf(name), organisation: idOf(organisation), roles, personal });
    return idOf(name);
  }
}

/** A procuratorate with two handlers, a police station, a court, an audit office and a party. */
export function officeStory(): Story {
  const story = new Story();
  story.organisation('procuratorate', 'procuratorate');
  story.organisation('police', 'police');
  story.organisation('court', 'court');
  story.organisation('audit', 'audit');
  story.organisation('defence', 'party');
  story.person('admin', 'procuratorate', ['admin']);
  story.person('handler', 'procuratorate', ['handler']);
  story.person('colleague', 'procuratorate', ['handler']);
  story.person('supervisor', 'procuratorate', ['supervisor']);
  story.person('officer', 'police', ['handler']);
  story.person('clerk', 'court', ['court']);
  story.person('auditor', 'audit', ['auditor']);
  story.person('lawyer', 'defence', ['party']);
  const personal = { number: '（2026）浙01刑初123号' };
  story.add('case-opened', { case: idOf('case'), organisation: idOf('procuratorate'), personal });
  story.add('case-assigned', { case: idOf('case'), person: idOf('handler') });
  return story;
}
