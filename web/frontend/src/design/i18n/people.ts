/** [中文, English] */
export const peopleMessages = {
  'account.title': ['账户安全', 'My account'],
  'account.sessions': ['我的登录会话', 'Where I am signed in'],
  'account.sessionsHint': [
    '不认识的会话请立即结束，并修改密码。',
    'End a session that you do not know at once, and change the password.',
  ],
  'factor.title': ['动态码登录', 'Sign-in with a code'],
  'factor.hint': [
    '登录时除密码外还需输入手机身份验证器上的 6 位动态码，密码泄露也无法登录。',
    'Beside the password, the sign-in asks for six digits of an authenticator on your telephone.',
  ],
  'factor.on': ['已启用', 'On'],
  'factor.off': ['未启用', 'Off'],
  'factor.since': ['{at} 绑定，剩余恢复码 {n} 个', 'Since {at}, {n} recovery codes left'],
  'factor.setUp': ['绑定身份验证器', 'Set up an authenticator'],
  'factor.renew': ['更换身份验证器', 'Replace the authenticator'],
  'factor.required': [
    '本县要求签发报告和管理系统的人员使用动态码登录。',
    'The county asks everybody who signs reports or administers for a code at the sign-in.',
  ],
  'factor.body': [
    '请准备好手机上的身份验证器（任何支持 TOTP 的应用），先输入密码确认是您本人。',
    'Have an authenticator on your telephone at hand (any app for TOTP), and enter your password first.',
  ],
  'factor.renewBody': [
    '更换手机：输入密码和原验证器的动态码（或一个恢复码）。新验证器确认后，原来的失效。',
    'A new telephone: enter the password and a code of the present authenticator, or a recovery code.',
  ],
  'factor.code': ['动态码', 'Code'],
  'factor.codeHint': ['6 位数字，或恢复码', 'Six digits, or a recovery code'],
  'factor.codeNeeded': ['请输入动态码', 'Enter the code'],
  'factor.presentCode': ['原验证器的动态码或恢复码', 'Code of the present authenticator, or a recovery code'],
  'factor.firstCode': ['验证器显示的动态码', 'Code that the authenticator shows'],
  'factor.scan': ['用身份验证器扫描二维码，再输入它显示的 6 位数字。', 'Scan this with the authenticator, then enter the six digits it shows.'],
  'factor.qr': ['身份验证器二维码', 'QR code for the authenticator'],
  'factor.byHand': ['不能扫码时手工输入：', 'By hand, if it cannot scan:'],
  'factor.next': ['下一步', 'Next'],
  'factor.confirm': ['确认绑定', 'Confirm'],
  'factor.done': ['绑定成功，今后登录需要动态码', 'Done: every sign-in now asks for a code'],
  'factor.keep': [
    '请抄下或打印这些恢复码，放在安全的地方。手机丢失时，每个可以代替动态码登录一次。这里只显示这一次。',
    'Write these recovery codes down and keep them safe. Without the telephone each of them opens once. They are shown this one time.',
  ],
  'factor.recovery': ['恢复码', 'Recovery codes'],
  'factor.kept': ['已妥善保存', 'I have kept them'],
  'factor.reset': ['重置动态码', 'Reset the code'],
  'factor.resetSure': [
    '清除 {name} 的身份验证器与恢复码，并结束其所有会话？请先当面或电话核实本人。',
    'Forget the authenticator and recovery codes of {name}, and end every session? Make sure first that it is really this person who asks.',
  ],
  'factor.wasReset': ['已重置，该人员可仅凭密码登录并重新绑定', 'Reset: the person signs in with the password and sets up a new one'],
} as const;
