/** Sections of a record in which every field is filled, with long texts. */
export const FULL_SECTIONS = {
  case: {
    number: '（2026）浙01刑初123号',
    title: '被告人某甲等侵犯公民个人信息、帮助信息网络犯罪活动一案（第二次补充侦查）',
  },
  registrant: { principal: '某某市公安局网络安全保卫支队电子数据检查鉴定室' },
  collection: {
    method: 'seizure',
    collectedAt: '2025-12-20T09:30:00+08:00',
    place: '浙江省某某市某某区某某路 123 号某某科技园 5 幢 1204 室服务器机房',
    collectors: ['侦查员某乙（警号 012345）', '侦查员某丙（警号 012346）', '技术人员某丁'],
    witness: '见证人某戊，某某社区居民委员会工作人员',
    holder: '某某网络科技有限公司（系统管理员某己）',
    tool: { name: '电子数据现场勘验系统', version: '8.2.1', sha256: 'ab'.repeat(32) },
    originalMedium: { seized: true, sealNumber: '封存编号 浙A-2025-001234', reason: '原始存储介质已依法扣押、封存' },
    remarks:
      '提取时服务器处于运行状态，先固定易失性数据，再制作硬盘镜像；全程录像，录像文件另行登记。镜像校验一致后重新封存，封条由持有人、见证人和侦查人员共同签字确认，笔录见卷宗第三卷第四十二页。',
  },
} as const;
