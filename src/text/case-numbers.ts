/** What is read in a case or document number. */
export const CASE_READINGS = {
  court: {
    zh: '{code} = {court}，{type}，{year} 年，第 {serial} 号',
    en: '{code} = {court}, {type}, {year}, no. {serial}',
  },
  procuratorate: {
    zh: '{code} = {office}，{type}，{year} 年，第 {serial} 号',
    en: '{code} = {office}, {type}, {year}, no. {serial}',
  },
  police: {
    zh: '{code} = 公安机关，{type}，{year} 年，第 {serial} 号',
    en: '{code} = police, {type}, {year}, no. {serial}',
  },
  own: { zh: '本单位编号（{pattern}）', en: 'a number of this office ({pattern})' },
} as const;

/** Courts and offices of which only the province is known. */
export const UNLISTED = {
  court: { zh: '{province}的法院（代字未收录）', en: 'a court in {province} (code not listed)' },
  office: { zh: '检察院（简称未收录）', en: 'a procuratorate (short name not listed)' },
} as const;

/** Why a number is not recognised. */
export const CASE_FAULTS = {
  courtUnknown: {
    zh: '读作“{read}”：形同法院案号，而“{code}”不是法院代字',
    en: 'read as "{read}": it has the form of a court number, but {code} is no code of a court',
  },
  noForm: { zh: '读作“{read}”，不合任何一种形式', en: 'read as "{read}", which has none of the known forms' },
} as const;

/** The forms that are recognised, with an example of each. */
export const CASE_FORMS = {
  builtIn: {
    zh: '法院案号（{court}）、检察文号（{procuratorate}）、公安文号（{police}）',
    en: 'court numbers ({court}), procuratorate numbers ({procuratorate}), police numbers ({police})',
  },
  withOwn: { zh: '{builtIn}，以及本单位的 {patterns}', en: '{builtIn}, and those of this office: {patterns}' },
} as const;
