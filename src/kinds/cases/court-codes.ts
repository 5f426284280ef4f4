import type { Message } from '../../text/message.ts';

/**
 * Codes of courts (法院代字): the provinces with their high courts, and well-known courts. The full
 * table has some 3,500 courts; of the others only the province is stated.
 */

/** First character of a code: the province, and where its code 01 is the intermediate court of. */
const PROVINCES: Readonly<Record<string, readonly [zh: string, en: string, zhFirst?: string, enFirst?: string]>> = {
  京: ['北京', 'Beijing'],
  津: ['天津', 'Tianjin'],
  冀: ['河北', 'Hebei', '石家庄', 'Shijiazhuang'],
  晋: ['山西', 'Shanxi', '太原', 'Taiyuan'],
  内: ['内蒙古', 'Inner Mongolia', '呼和浩特', 'Hohhot'],
  辽: ['辽宁', 'Liaoning', '沈阳', 'Shenyang'],
  吉: ['吉林', 'Jilin', '长春', 'Changchun'],
  黑: ['黑龙江', 'Heilongjiang', '哈尔滨', 'Harbin'],
  沪: ['上海', 'Shanghai'],
  苏: ['江苏', 'Jiangsu', '南京', 'Nanjing'],
  浙: ['浙江', 'Zhejiang', '杭州', 'Hangzhou'],
  皖: ['安徽', 'Anhui', '合肥', 'Hefei'],
  闽: ['福建', 'Fujian', '福州', 'Fuzhou'],
  赣: ['江西', 'Jiangxi', '南昌', 'Nanchang'],
  鲁: ['山东', 'Shandong', '济南', 'Jinan'],
  豫: ['河南', 'Henan', '郑州', 'Zhengzhou'],
  鄂: ['湖北', 'Hubei', '武汉', 'Wuhan'],
  湘: ['湖南', 'Hunan', '长沙', 'Changsha'],
  粤: ['广东', 'Guangdong', '广州', 'Guangzhou'],
  桂: ['广西', 'Guangxi', '南宁', 'Nanning'],
  琼: ['海南', 'Hainan', '海口', 'Haikou'],
  渝: ['重庆', 'Chongqing'],
  川: ['四川', 'Sichuan', '成都', 'Chengdu'],
  黔: ['贵州', 'Guizhou', '贵阳', 'Guiyang'],
  云: ['云南', 'Yunnan', '昆明', 'Kunming'],
  藏: ['西藏', 'Tibet', '拉萨', 'Lhasa'],
  陕: ['陕西', 'Shaanxi', '西安', 'Xi’an'],
  甘: ['甘肃', 'Gansu', '兰州', 'Lanzhou'],
  青: ['青海', 'Qinghai', '西宁', 'Xining'],
  宁: ['宁夏', 'Ningxia', '银川', 'Yinchuan'],
  新: ['新疆', 'Xinjiang', '乌鲁木齐', 'Urumqi'],
  兵: ['新疆生产建设兵团', 'the Xinjiang Production and Construction Corps'],
  军: ['解放军', 'the military'],
};

const intermediate = (zh: string, en: string): Message => ({ zh: `${zh}中院`, en: `Intermediate Court of ${en}` });

const COURTS: Readonly<Record<string, Message>> = {
  最高法: { zh: '最高人民法院', en: 'Supreme People’s Court' },
  京01: { zh: '北京一中院', en: 'First Intermediate Court of Beijing' },
  京02: { zh: '北京二中院', en: 'Second Intermediate Court of Beijing' },
  京03: { zh: '北京三中院', en: 'Third Intermediate Court of Beijing' },
  京04: { zh: '北京四中院', en: 'Fourth Intermediate Court of Beijing' },
  京73: { zh: '北京知识产权法院', en: 'Beijing Intellectual Property Court' },
  京74: { zh: '北京金融法院', en: 'Beijing Financial Court' },
  京0491: { zh: '北京互联网法院', en: 'Beijing Internet Court' },
  沪01: { zh: '上海一中院', en: 'First Intermediate Court of Shanghai' },
  沪02: { zh: '上海二中院', en: 'Second Intermediate Court of Shanghai' },
  沪03: { zh: '上海三中院', en: 'Third Intermediate Court of Shanghai' },
  沪73: { zh: '上海知识产权法院', en: 'Shanghai Intellectual Property Court' },
  沪74: { zh: '上海金融法院', en: 'Shanghai Financial Court' },
  浙02: intermediate('宁波', 'Ningbo'),
  浙03: intermediate('温州', 'Wenzhou'),
  浙04: intermediate('嘉兴', 'Jiaxing'),
  浙05: intermediate('湖州', 'Huzhou'),
  浙06: intermediate('绍兴', 'Shaoxing'),
  浙07: intermediate('金华', 'Jinhua'),
  浙08: intermediate('衢州', 'Quzhou'),
  浙09: intermediate('舟山', 'Zhoushan'),
  浙10: intermediate('台州', 'Taizhou'),
  浙11: intermediate('丽水', 'Lishui'),
  浙0192: { zh: '杭州互联网法院', en: 'Hangzhou Internet Court' },
  粤03: intermediate('深圳', 'Shenzhen'),
  粤73: { zh: '广州知识产权法院', en: 'Guangzhou Intellectual Property Court' },
  粤0192: { zh: '广州互联网法院', en: 'Guangzhou Internet Court' },
};

/** Whether a code begins with one of a province, or is that of the supreme court. */
export function isCourtCode(code: string): boolean {
  return Object.hasOwn(COURTS, code) || Object.hasOwn(PROVINCES, code.charAt(0));
}

/** The court with this code; undefined where only its province is known. */
export function courtOf(code: string): Message | undefined {
  if (Object.hasOwn(COURTS, code)) return COURTS[code];
  const [zh, en, zhFirst, enFirst] = PROVINCES[code.charAt(0)] ?? [];
  const digits = code.slice(1);
  if (digits === '' && zh !== undefined && en !== undefined) return { zh: `${zh}高院`, en: `High Court of ${en}` };
  return digits === '01' && zhFirst !== undefined && enFirst !== undefined ? intermediate(zhFirst, enFirst) : undefined;
}

/** The province of a code that begins with one. */
export function provinceOf(code: string): Message | undefined {
  const [zh, en] = PROVINCES[code.charAt(0)] ?? [];
  return zh === undefined || en === undefined ? undefined : { zh, en };
}
