import { Input, type InputProps, type InputRef } from 'antd';
import type { PasswordProps } from 'antd/es/input';
import { useEffect, useRef } from 'react';

/** The field in which the typing begins when a form appears. */

export function FirstInput(props: InputProps) {
  const field = useRef<InputRef>(null);
  useEffect(() => field.current?.focus(), []);
  return <Input {...props} ref={field} />;
}

export function FirstPassword(props: PasswordProps) {
  const field = useRef<InputRef>(null);
  useEffect(() => field.current?.focus(), []);
  return <Input.Password {...props} ref={field} />;
}
