import { theme, type ThemeConfig } from 'antd';

/** Colours with at least 4.5:1 contrast on their ground (WCAG 2.1 §1.4.3), fonts that Chinese reads well in. */

const FONT =
  "'PingFang SC', 'Microsoft YaHei UI', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', 'Source Han Sans SC', system-ui, sans-serif";

const shared = {
  fontFamily: FONT,
  borderRadius: 6,
  controlHeight: 34,
  motionDurationMid: '0.12s',
  motionDurationSlow: '0.16s',
} as const;

export const lightTheme: ThemeConfig = {
  token: {
    ...shared,
    colorPrimary: '#0950c4',
    colorLink: '#0950c4',
    colorError: '#c0261b',
    colorSuccess: '#1a7a35',
    colorWarning: '#96580a',
    colorTextPlaceholder: '#6b6b6b',
    colorTextDescription: '#595959',
    colorTextTertiary: '#5f6673',
    colorBgLayout: '#f3f5f8',
    colorWarningBg: '#fff8e8',
    colorWarningBorder: '#ecd29b',
  },
};

export const darkTheme: ThemeConfig = {
  algorithm: theme.darkAlgorithm,
  token: {
    ...shared,
    // A dialog that opens must have the keyboard at once: the next key may be the first of a password.
    motion: false,
    colorPrimary: '#3f7fe8',
    colorLink: '#8ab6ff',
    colorError: '#f0695f',
    colorSuccess: '#62c17c',
    colorWarning: '#e5a94a',
    // a nested theme inherits the light one's tokens: cream under white words
    colorWarningBg: '#33291a',
    colorWarningBorder: '#6b5326',
    colorBgBase: '#12161c',
    colorBgContainer: '#1a2029',
    colorBgElevated: '#222a35',
    colorTextPlaceholder: '#9aa5b4',
    colorTextDescription: '#a9b3c1',
    colorTextTertiary: '#a9b3c1',
  },
  components: { Button: { primaryColor: '#ffffff', colorPrimary: '#2462c9', colorPrimaryHover: '#2f70da' } },
};
