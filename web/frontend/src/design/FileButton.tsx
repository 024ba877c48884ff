import { Button, type ButtonProps } from 'antd';
import { useRef } from 'react';

/** A button that asks for files; the same one may be chosen again. */
export function FileButton({ label, accept, multiple = false, folder = false, onFiles, ...button }: ButtonProps & {
  readonly label: string;
  readonly accept?: string;
  readonly multiple?: boolean;
  readonly folder?: boolean;
  readonly onFiles: (files: FileList) => void;
}) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...button} onClick={() => field.current?.click()}>
        {label}
      </Button>
      <input
        ref={(input) => {
          field.current = input;
          if (input !== null) input.webkitdirectory = folder;
        }}
        type="file"
        accept={accept}
        multiple={multiple}
        hidden
        aria-label={label}
        onChange={(event) => {
          if (event.target.files !== null && event.target.files.length > 0) onFiles(event.target.files);
          event.target.value = '';
        }}
      />
    </>
  );
}
