import { Input, type InputProps, type InputRef } from 'antd';
import type { PasswordProps } from 'antd/es/input';
import type { TextAreaProps, TextAreaRef } from 'antd/es/input/TextArea';
import { type RefObject, useEffect, useRef } from 'react';

/** The field in which the typing begins when a form or a dialog appears: it has the keyboard from the first moment. */

function useFocus<Field extends { focus: () => void }>(): RefObject<Field | null> {
  const field = useRef<Field>(null);
  useEffect(() => field.current?.focus(), []);
  return field;
}

export function FirstInput(props: InputProps) {
  return <Input {...props} ref={useFocus<InputRef>()} />;
}

export function FirstPassword(props: PasswordProps) {
  return <Input.Password {...props} ref={useFocus<InputRef>()} />;
}

export function FirstTextArea(props: TextAreaProps) {
  return <Input.TextArea {...props} ref={useFocus<TextAreaRef>()} />;
}
