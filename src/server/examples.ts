import type { JsonObject } from '../protocol/encoding/json.ts';

/**
 * The examples of the OpenAPI document: answers of one real ledger to the registration of the
 * sample of the kind evidence, without the long proofs that a receipt may embed.
 */

const identifiers = {
  id: '01a22c2b-1006-773e-9fc9-7b7991eb58b6',
  number: '20261130-8BAS-JJX3-GC9A-F',
  index: '0',
};

const item: JsonObject = {
  ...identifiers,
  receivedAt: '2026-11-30T11:15:49.382Z',
  case: {
    number: '杭检刑诉〔2026〕123号',
    title: '张某某诈骗案',
  },
  file: {
    name: '讯问录像/校验值清单.txt',
    size: 40,
    mediaType: 'text/plain',
  },
  digests: {
    sha256: 'b5ab98977b1fc783d64f1ae6e3d51b5eacb5666386123c42b6adf09f2326afbe',
    sm3: '5731d6adbbcce51a306cd3c75ff0b722f591f9ca84d39dc9f99f3f8aaa0d200c',
  },
  hasContent: true,
  state: 'final',
};

const record: JsonObject = {
  header: {
    v: 1,
    origin: 'evidence-ledger.local/57de80d7ec0fd6af',
    kind: 'evidence',
    id: '01a22c2b-1006-773e-9fc9-7b7991eb58b6',
    number: '20261130-8BAS-JJX3-GC9A-F',
    sections: {
      file: 'UiOUqk4nDSqwW134rW1DlC16yhjyV20KBESPLUAoxtI=',
      digests: 'sghn84MFo688g6c0rmpk/gMg688IsLe4y1GsP2bunDA=',
      case: '27ms8rMPiTaaIOMHRZwdsOPQtrN+KISGapsSt7T8dzc=',
      collection: '/Q9SBZ9QXMH1ya947wtWeA6iyb3v2O/P/D9PcQA+H9I=',
      registrant: 'n634YiPpVzPsa7832XgF6m/o7qqIiCbF0p4oG0MAo38=',
      time: 'ZkadYg7cQqx1vxG1lVtF8OJ5oZdQrjVuj2CxiZ0Wi7E=',
    },
  },
  disclosed: [
    {
      name: 'file',
      salt: 'Ls6UxmXPcRK0jQH1qjXt/Q==',
      value: {
        name: '讯问录像/校验值清单.txt',
        size: 40,
        mediaType: 'text/plain',
      },
    },
    {
      name: 'digests',
      salt: 'RgGlTDLJIXMiUl+kn3bi9w==',
      value: {
        sha256: 'b5ab98977b1fc783d64f1ae6e3d51b5eacb5666386123c42b6adf09f2326afbe',
        sm3: '5731d6adbbcce51a306cd3c75ff0b722f591f9ca84d39dc9f99f3f8aaa0d200c',
      },
    },
    {
      name: 'case',
      salt: 'kpsYlA2YPIzqOcLZDz9qQw==',
      value: {
        number: '杭检刑诉〔2026〕123号',
        title: '张某某诈骗案',
      },
    },
    {
      name: 'collection',
      salt: 'uXcl4c350rUPXG3nyxImsw==',
      value: {
        method: 'on-site-extraction',
        collectedAt: '2026-11-22T09:30:00+08:00',
        place: '杭州市上城区',
        collectors: ['李某', '王某'],
        tool: {
          name: 'example-tool',
          version: '1.0',
        },
      },
    },
    {
      name: 'registrant',
      salt: 'JQFyWg2DKy40KpgbNXyB5A==',
      value: {
        principal: 'local',
      },
    },
    {
      name: 'time',
      salt: 'PclYbOtXJP7OZFbYdHQsnA==',
      value: {
        receivedAt: '2026-11-30T11:15:49.382Z',
        notBefore: {
          chainId: '31337',
          number: '2',
          hash: '0x37e8cbf751894b764c4d515e5b79e8de56636d37f4f087816e8bb5a9a3773e5c',
        },
      },
    },
  ],
};

const report: JsonObject = {
  verdict: 'VERIFIED',
  scope: 'file',
  comparison: 'equal',
  independence: 'none',
  stated: 'none',
  vouchers: [],
  nodes: [{ name: 'http://127.0.0.1:42395', address: 'localhost:42395', by: 'operator' }],
  trust: {
    source: 'server',
    sha256: '3f8a953d227147073c2f9368502e1d961e8e180c37a4807bde8afb0de3eac347',
  },
  object: {
    isIntact: true,
    kind: 'evidence',
    id: '01a22c2b-1006-773e-9fc9-7b7991eb58b6',
    number: '20261130-8BAS-JJX3-GC9A-F',
    origin: 'evidence-ledger.local/57de80d7ec0fd6af',
    size: '1',
    index: '0',
    receivedAt: '2026-11-30T11:15:49.382Z',
    fileName: '讯问录像/校验值清单.txt',
    caseNumber: '杭检刑诉〔2026〕123号',
    sections: {
      file: { name: '讯问录像/校验值清单.txt', size: 27, mediaType: 'text/plain' },
      case: { number: '杭检刑诉〔2026〕123号' },
    },
    withheld: { sections: [], others: 0 },
    notBefore: {
      blockNumber: '2',
      blockHash: '0x37e8cbf751894b764c4d515e5b79e8de56636d37f4f087816e8bb5a9a3773e5c',
      blockTime: '2026-11-30T11:15:47.000Z',
    },
    anchoredBy: {
      blockNumber: '3',
      blockHash: '0x706c10960ff363d6c694184c58802f61ef11bef0691f221e7eea229917db51c7',
      blockTime: '2026-11-30T11:15:50.000Z',
    },
  },
  steps: [
    {
      status: 'pass',
      code: 'ok',
      expected: 'b5ab98977b1fc783d64f1ae6e3d51b5eacb5666386123c42b6adf09f2326afbe',
      found: 'b5ab98977b1fc783d64f1ae6e3d51b5eacb5666386123c42b6adf09f2326afbe',
      step: 'file-digest',
    },
    {
      status: 'pass',
      code: 'ok',
      step: 'record-root',
    },
    {
      status: 'pass',
      code: 'ok',
      expected: 'ZK2AtyLUntu+Fjcf7fS3jO8KzxrIkKCTodJEnESn1/M=',
      found: 'ZK2AtyLUntu+Fjcf7fS3jO8KzxrIkKCTodJEnESn1/M=',
      step: 'inclusion',
    },
    {
      status: 'pass',
      code: 'ok',
      step: 'log-signature',
    },
    {
      status: 'none',
      code: 'not-asked',
      step: 'witness-policy',
    },
    {
      step: 'chain-identity',
      status: 'pass',
      code: 'ok',
      sources: [
        {
          name: 'http://127.0.0.1:42395',
          by: 'operator',
          status: 'pass',
          code: 'ok',
        },
      ],
    },
    {
      step: 'anchor',
      status: 'pass',
      code: 'ok',
      sources: [
        {
          name: 'http://127.0.0.1:42395',
          by: 'operator',
          status: 'pass',
          code: 'ok',
        },
      ],
    },
    {
      step: 'finality',
      status: 'pass',
      code: 'ok',
      expected: '>= 3',
      found: '3',
      sources: [
        {
          name: 'http://127.0.0.1:42395',
          by: 'operator',
          status: 'pass',
          code: 'ok',
          expected: '>= 3',
          found: '3',
        },
      ],
    },
    {
      step: 'endorsement',
      status: 'none',
      code: 'not-asked',
    },
    {
      step: 'not-before',
      status: 'pass',
      code: 'ok',
      sources: [
        {
          name: 'http://127.0.0.1:42395',
          by: 'operator',
          status: 'pass',
          code: 'ok',
        },
      ],
    },
    {
      status: 'none',
      code: 'not-asked',
      step: 'custody',
    },
    {
      status: 'none',
      code: 'not-asked',
      step: 'pinned-checkpoint',
    },
  ],
};

export const EXAMPLES = {
  /** 40 bytes in UTF-8. */
  contentText: '讯问录像校验值清单（示例）\n',
  storedContent: {
    digests: {
      sha256: 'b5ab98977b1fc783d64f1ae6e3d51b5eacb5666386123c42b6adf09f2326afbe',
      sm3: '5731d6adbbcce51a306cd3c75ff0b722f591f9ca84d39dc9f99f3f8aaa0d200c',
    },
    size: 40,
    uploadToken:
      'b5ab98977b1fc783d64f1ae6e3d51b5eacb5666386123c42b6adf09f2326afbe.5731d6adbbcce51a306cd3c75ff0b722f591f9ca84d39dc9f99f3f8aaa0d200c.40.1796123749176.5f9efb75335082c86799051328bcbc18996233e02d247230296a19d1991fb7a5',
  },
  identifiers,
  receipt: {
    format: 'evidence-ledger/receipt/v1',
    record,
    proof:
      'c2sp.org/tlog-proof@v1\nindex 0\n\nevidence-ledger.local/57de80d7ec0fd6af\n1\nZK2AtyLUntu+Fjcf7fS3jO8KzxrIkKCTodJEnESn1/M=\n\n— evidence-ledger.local/57de80d7ec0fd6af IcOMr2PpZ2HmeIA5UNcqLdhrOrxhMH/yaQo7KtC3V2EJgg61qj9t+pcDnwBxGOaYzhwoh3UtUSzS7CZCnWKQOw/SEgg=\n',
    anchor: {
      chainId: '31337',
      genesisHash: '0xf9d252cd8eba596b7592e0159ed86a55ec3f97e53a7b8f1667d960a0b7f4bd5b',
      contract: '0x37c0ab1579a36de4c92a863a4c35d9d108e52fbb',
      logId: '0x52f7e1f7aba8c881761de21c3c44e98f2e6eceb5b895d8136711966aa2801625',
      size: '1',
      root: 'ZK2AtyLUntu+Fjcf7fS3jO8KzxrIkKCTodJEnESn1/M=',
      anchorIndex: '0',
      blockNumber: '3',
      blockHash: '0x706c10960ff363d6c694184c58802f61ef11bef0691f221e7eea229917db51c7',
      txHash: '0xe0ca28c72bad2e0874e404f9531be0844a0aa12bb25d08563d9d07eec421c268',
      transactionIndex: 0,
      logPosition: 0,
    },
  },
  caseNumber: {
    number: '（2026）浙01刑初123号',
    normalized: '(2026)浙01刑初123号',
    isRecognised: true,
    form: 'court',
    reading: {
      zh: '浙01 = 杭州中院，刑初，2026 年，第 123 号',
      en: '浙01 = Intermediate Court of Hangzhou, 刑初, 2026, no. 123',
    },
    forms: {
      zh: '法院案号（（2026）浙01刑初123号）、检察文号（杭检刑诉〔2026〕123号）、公安文号（杭公（西）勘〔2026〕123号）',
      en: 'court numbers (（2026）浙01刑初123号), procuratorate numbers (杭检刑诉〔2026〕123号), police numbers (杭公（西）勘〔2026〕123号)',
    },
  },
  itemPage: { size: '1', items: [item], total: 1, nextCursor: null },
  itemDetail: { ...item, record },
  anchors: {
    head: {
      size: '1',
      root: 'ZK2AtyLUntu+Fjcf7fS3jO8KzxrIkKCTodJEnESn1/M=',
    },
    published: {
      size: '1',
    },
    chain: {
      reachable: true,
    },
    anchors: [
      {
        id: 0,
        state: 'final',
        size: '1',
        root: 'ZK2AtyLUntu+Fjcf7fS3jO8KzxrIkKCTodJEnESn1/M=',
        txHash: '0xe0ca28c72bad2e0874e404f9531be0844a0aa12bb25d08563d9d07eec421c268',
        createdAt: '2026-11-30T11:15:50.875Z',
        blockNumber: '3',
        blockHash: '0x706c10960ff363d6c694184c58802f61ef11bef0691f221e7eea229917db51c7',
        blockTime: '2026-11-30T11:15:50.000Z',
        anchorIndex: '0',
        transactionIndex: 0,
        logPosition: 0,
      },
    ],
  },
  checkpoint:
    'evidence-ledger.local/57de80d7ec0fd6af\n1\nZK2AtyLUntu+Fjcf7fS3jO8KzxrIkKCTodJEnESn1/M=\n\n— evidence-ledger.local/57de80d7ec0fd6af IcOMr2PpZ2HmeIA5UNcqLdhrOrxhMH/yaQo7KtC3V2EJgg61qj9t+pcDnwBxGOaYzhwoh3UtUSzS7CZCnWKQOw/SEgg=\n',
  trust: {
    format: 'evidence-ledger/trust/v1',
    log: {
      origin: 'evidence-ledger.local/57de80d7ec0fd6af',
      keys: [
        {
          vkey: 'evidence-ledger.local/57de80d7ec0fd6af+21c38caf+AVLli5T6ovbucEpyg2Bs3ue7KgIwiXyyY2FsGWlVwfKt',
          fromSize: '0',
        },
      ],
    },
    chain: {
      chainId: '31337',
      genesisHash: '0xf9d252cd8eba596b7592e0159ed86a55ec3f97e53a7b8f1667d960a0b7f4bd5b',
      contract: '0x37c0ab1579a36de4c92a863a4c35d9d108e52fbb',
      codeHash: '0xbadb9c0f72992a9435f826ff3159be2d5ae737fb42dd3c43a087f35d9868b1b6',
      logs: [
        {
          logId: '0x52f7e1f7aba8c881761de21c3c44e98f2e6eceb5b895d8136711966aa2801625',
          fromSize: '0',
        },
      ],
      operatedBy: 'operator',
      finality: {
        confirmations: '1',
      },
      sources: 1,
      rpcUrls: ['http://127.0.0.1:42395'],
    },
  },
  rotations: {
    format: 'evidence-ledger/rotations/v1',
    log: [],
    chain: [],
  },
  ready: {
    status: 'ready',
    chain: 'reachable',
    scrub: {
      passes: 1,
      findings: 0,
      lastPassAt: '2026-11-30T11:15:48.846Z',
    },
    witnesses: {},
  },
  question: {
    digests: {
      sha256: 'b5ab98977b1fc783d64f1ae6e3d51b5eacb5666386123c42b6adf09f2326afbe',
      sm3: '5731d6adbbcce51a306cd3c75ff0b722f591f9ca84d39dc9f99f3f8aaa0d200c',
    },
    size: 40,
  },
  reports: { by: 'server', verdict: 'VERIFIED', reports: [report], more: false },
};
