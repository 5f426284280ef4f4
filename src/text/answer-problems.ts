/** What the client itself says of an answer; English has the details in their place. */
export const ANSWER_PROBLEMS = {
  'answer-unreadable': { zh: '答复不合格式', en: 'the answer cannot be read' },
  'answer-too-large': { zh: '答复过大', en: 'the answer is too large' },
} as const;
