import { describe, expect, it } from 'vitest';

import { looksLikeCard, readCardText } from './readerText';

const NUMBER = '11010519491231002X';
const SAID = { name: '王小芬', idCard: NUMBER, birthDate: '1949-12-31', sex: 'F' };

describe('ID-card reader text', () => {
  it.each([
    ['labelled lines', `姓名：王小芬\n性别：女\n民族：汉\n出生：1949年12月31日\n住址：北京市朝阳区某路1号\n公民身份号码：${NUMBER}\n`],
    ['labels with blanks inside', `姓 名 王小芬\r\n性 别 女 民 族 汉\r\n出 生 1949年12月31日\r\n住 址 北京市朝阳区某路1号\r\n公民身份号码 ${NUMBER}`],
    ['one line without separators', `姓名王小芬性别女民族汉出生1949年12月31日住址北京市朝阳区某路1号公民身份号码${NUMBER}`],
    ['bare lines', `王小芬\n女\n汉族\n19491231\n北京市朝阳区某路1号\n${NUMBER}\n北京市公安局朝阳分局\n20100101-20300101`],
    ['bars', `王小芬|女|汉|19491231|北京市朝阳区某路1号|${NUMBER}|北京市公安局|20100101|20300101`],
    ['commas and a small x', `王小芬,女,汉,1949-12-31,北京市朝阳区某路1号,${NUMBER.toLowerCase()}`],
    ['tabs', `王小芬\t女\t汉\t19491231\t北京市朝阳区某路1号\t${NUMBER}`],
    ['English labels', `Name: 王小芬; Sex: 女; Birth: 1949-12-31; Address: 北京市朝阳区某路1号; ID Number: ${NUMBER}`],
  ])('%s', (_form, text) => {
    expect(readCardText(text)).toMatchObject({ ...SAID, address: '北京市朝阳区某路1号' });
  });

  it('keeps the dot of a long name and takes the family that has a place name in it for no name', () => {
    expect(readCardText(`阿依古丽·买买提|女|维吾尔族|19491231|新疆维吾尔自治区某县|${NUMBER}`)?.name).toBe('阿依古丽·买买提');
  });

  it.each(['', '王小芬', NUMBER, `王小芬|女|汉|19491231|北京市|110105194912310021`, `女|汉|19491231|${NUMBER}`])(
    'finds nothing in %j',
    (text) => expect(readCardText(text)).toBeNull(),
  );

  it('tells a card from what somebody types', () => {
    expect(looksLikeCard(`王小芬|女|${NUMBER}`)).toBe(true);
    expect(looksLikeCard('欧阳娜娜')).toBe(false);
  });
});
