/** The names of the attachments of a certificate, by which a PDF is recognised as one. */
export const CERTIFICATE_ATTACHMENTS = { receipt: 'receipt.json', trust: 'trust.json' } as const;
