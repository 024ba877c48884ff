import { Button, Input, Radio } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import type { RefObject } from 'react';

import type { Content, KeyImage, RevisionKind } from '../api/worklist';
import { t } from '../design/i18n';

interface EditorProps {
  readonly content: Content;
  readonly readOnly: boolean;
  /** What is done to an issued report: an addendum says more and leaves the issued words alone. */
  readonly revision: RevisionKind | null;
  readonly findings: RefObject<TextAreaRef | null>;
  readonly impression: RefObject<TextAreaRef | null>;
  readonly studyInstanceUid: string;
  readonly onChange: (patch: Partial<Content>) => void;
  readonly onBlur: () => void;
}

const LONGEST = 10_000;

/** The report as it is written: findings, impression, result, recommendation, key images. */
export function Editor({ content, readOnly: lost, revision, findings, impression, studyInstanceUid, onChange, onBlur }: EditorProps) {
  const readOnly = lost || revision === 'addendum';
  const shared = { readOnly, onBlur, maxLength: LONGEST, spellCheck: false };
  return (
    <div className="lz-editor">
      <label className="lz-field lz-field-findings">
        <span>
          {t('read.findings')} <kbd>Alt 1</kbd>
        </span>
        <Input.TextArea
          {...shared}
          ref={findings}
          value={content.findings}
          onChange={(event) => onChange({ findings: event.target.value })}
        />
      </label>
      <label className="lz-field lz-field-impression">
        <span>
          {t('read.impression')} <kbd>Alt 2</kbd>
        </span>
        <Input.TextArea
          {...shared}
          ref={impression}
          value={content.impression}
          onChange={(event) => onChange({ impression: event.target.value })}
        />
      </label>
      <div className="lz-field lz-field-line" role="group" aria-label={t('read.positive')}>
        <span>{t('read.positive')}</span>
        <Radio.Group
          disabled={readOnly}
          optionType="button"
          buttonStyle="solid"
          value={content.positive === null ? null : String(content.positive)}
          onChange={(event) => onChange({ positive: event.target.value === 'true' })}
          options={[
            { value: 'false', label: t('read.positive.false') },
            { value: 'true', label: t('read.positive.true') },
          ]}
        />
        <kbd>Alt P</kbd>
      </div>
      <label className="lz-field lz-field-line">
        <span>{t('read.recommendation')}</span>
        <Input
          {...shared}
          value={content.recommendation}
          onChange={(event) => onChange({ recommendation: event.target.value })}
        />
      </label>
      {(revision === 'addendum' || content.addendum !== '') && (
        <label className="lz-field">
          <span>{t('read.addendum')}</span>
          <Input.TextArea
            {...shared}
            readOnly={lost}
            rows={4}
            value={content.addendum}
            onChange={(event) => onChange({ addendum: event.target.value })}
          />
        </label>
      )}
      <KeyImages
        images={content.key_images}
        study={studyInstanceUid}
        readOnly={readOnly}
        onChange={(key_images) => onChange({ key_images })}
      />
    </div>
  );
}

const THUMBNAIL = '?viewport=192,192';

const rendered = (study: string, image: KeyImage): string =>
  `/dicom-web/studies/${study}/series/${image.series_instance_uid}/instances/${image.sop_instance_uid}/frames/${image.frame}/rendered${THUMBNAIL}`;

function KeyImages({ images, study, readOnly, onChange }: {
  readonly images: readonly KeyImage[];
  readonly study: string;
  readonly readOnly: boolean;
  readonly onChange: (images: readonly KeyImage[]) => void;
}) {
  return (
    <div className="lz-field lz-field-line" role="group" aria-label={t('read.keyImages')}>
      <span>{t('read.keyImages')}</span>
      <div className="lz-key-images">
        {images.length === 0 && <small className="lz-hint">{t('read.noKeyImages')}</small>}
        {images.map((image, index) => (
          <figure key={`${image.sop_instance_uid}/${image.frame}`}>
            <img src={rendered(study, image)} alt={t('read.keyImage', { n: index + 1 })} loading="lazy" />
            {!readOnly && (
              <Button
                size="small"
                type="text"
                aria-label={t('read.removeKeyImage', { n: index + 1 })}
                onClick={() => onChange(images.filter((other) => other !== image))}
              >
                ×
              </Button>
            )}
          </figure>
        ))}
      </div>
    </div>
  );
}
