import * as z from 'zod';
import { validate } from '../../http/validate.ts';
import { normalizeCaseNumber } from '../../kinds/case-number.ts';
import { caseFault, caseForms, readCaseNumber } from '../../kinds/cases/read-case-number.ts';
import { CASE_NUMBER_PATH } from '../../kinds/paths.ts';
import { CaseStatement } from '../../kinds/sections/schema.ts';
import type { Json } from '../../protocol/encoding/json.ts';
import { CaseNumber } from '../answers.ts';
import { EXAMPLES } from '../examples.ts';
import { define, jsonAnswer } from '../operation.ts';
import { RATES } from '../rates.ts';
import { REVALIDATE } from '../records.ts';

const Query = z.object({ number: z.string().min(1).max(200).describe('case or document number (案号、文号)') });

export default define(
  {
    method: 'get',
    path: CASE_NUMBER_PATH,
    id: 'readCaseNumber',
    tag: 'registration',
    act: 'public',
    summary: 'What a case number is read as, and whether registrations with it are taken',
    rate: RATES.read,
    parameters: { query: Query },
    answers: { 200: jsonAnswer('the reading', CaseNumber, EXAMPLES.caseNumber) },
    problems: ['validation-failed'],
  },
  ({ caseFormats }) =>
    (request, response) => {
      const { number } = validate(Query, request.query as Json);
      validate(CaseStatement, { number });
      const reading = readCaseNumber(number, caseFormats);
      response.setHeader('Cache-Control', REVALIDATE).json({
        number,
        normalized: normalizeCaseNumber(number),
        isRecognised: reading !== undefined,
        form: reading?.form ?? null,
        reading: reading?.text ?? caseFault(number),
        forms: caseForms(caseFormats),
      });
    },
);
