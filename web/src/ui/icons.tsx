import type { ReactNode } from "react";

function icon(drawing: ReactNode) {
  return function Icon({ size = 18 }: { size?: number }) {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 20 20"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {drawing}
      </svg>
    );
  };
}

export const SearchIcon = icon(
  <>
    <circle cx="8.8" cy="8.8" r="5.3" />
    <path d="m12.8 12.8 4 4" />
  </>,
);
export const PlusIcon = icon(<path d="M10 4v12M4 10h12" />);
export const FitIcon = icon(<path d="M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4" />);
export const MapIcon = icon(
  <>
    <circle cx="6" cy="7" r="1.5" />
    <circle cx="9.5" cy="4.2" r="1.5" />
    <circle cx="10.2" cy="8.6" r="1.5" />
    <circle cx="14.5" cy="12.4" r="1.5" />
    <circle cx="11.5" cy="15.6" r="1.5" />
    <circle cx="16" cy="16.2" r="1.5" />
  </>,
);
export const MinusIcon = icon(<path d="M4 10h12" />);
export const CloseIcon = icon(<path d="m5 5 10 10M15 5 5 15" />);
export const CheckIcon = icon(<path d="m4.5 10.5 3.6 3.6 7.4-8" />);
export const CopyIcon = icon(
  <>
    <rect x="7" y="7" width="9.5" height="9.5" rx="2" />
    <path d="M13 7V5.5a2 2 0 0 0-2-2H5.5a2 2 0 0 0-2 2V11a2 2 0 0 0 2 2H7" />
  </>,
);
export const ChevronIcon = icon(<path d="m7.5 4.5 5.5 5.5-5.5 5.5" />);
export const SunIcon = icon(
  <>
    <circle cx="10" cy="10" r="3.4" />
    <path d="M10 2.4v1.8M10 15.8v1.8M2.4 10h1.8M15.8 10h1.8M4.6 4.6l1.3 1.3M14.1 14.1l1.3 1.3M15.4 4.6l-1.3 1.3M5.9 14.1l-1.3 1.3" />
  </>,
);
export const MoonIcon = icon(<path d="M16.4 11.7A6.8 6.8 0 0 1 8.3 3.6a6.8 6.8 0 1 0 8.1 8.1Z" />);
export const ScreenIcon = icon(
  <>
    <rect x="2.8" y="3.8" width="14.4" height="9.6" rx="1.8" />
    <path d="M7.5 16.8h5M10 13.4v3.4" />
  </>,
);
export const AlertIcon = icon(
  <>
    <path d="M10 3.2 17.6 16.4H2.4Z" />
    <path d="M10 8.2v3.6M10 14.2v.01" />
  </>,
);
export const OpenIcon = icon(
  <>
    <path d="M11.5 3.5h5v5M16.2 3.8 9.5 10.5" />
    <path d="M14.5 12v2.5a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2H8" />
  </>,
);
export const AlikeIcon = icon(
  <>
    <circle cx="7.6" cy="10" r="4.8" />
    <circle cx="12.4" cy="10" r="4.8" />
  </>,
);
export const TrashIcon = icon(
  <path d="M3.8 5.4h12.4M8 5.4V3.6h4v1.8M5.4 5.4l.7 9.6a1.6 1.6 0 0 0 1.6 1.4h4.6a1.6 1.6 0 0 0 1.6-1.4l.7-9.6" />,
);
export const UndoIcon = icon(<path d="M7 4.5 3.5 8 7 11.5M3.5 8h8.2a4.3 4.3 0 0 1 0 8.6H7" />);
export const UploadIcon = icon(<path d="M10 12.8V3.6M6.2 7.2 10 3.4l3.8 3.8M3.6 12.4v2.2a2 2 0 0 0 2 2h8.8a2 2 0 0 0 2-2v-2.2" />);
export const LeaveIcon = icon(<path d="M8 3.5H5.5a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2H8M12.5 6.5 16 10l-3.5 3.5M16 10H7.5" />);
export const BackIcon = icon(<path d="M12.5 4.5 7 10l5.5 5.5" />);
export const CodeIcon = icon(<path d="m7 6-4 4 4 4M13 6l4 4-4 4" />);
export const PenIcon = icon(<path d="m4 16 .9-3.6 8.8-8.8a1.9 1.9 0 0 1 2.7 2.7l-8.8 8.8zM12.2 5.1l2.7 2.7" />);
export const PictureIcon = icon(
  <>
    <rect x="2.8" y="3.8" width="14.4" height="12.4" rx="2" />
    <circle cx="7" cy="8" r="1.4" />
    <path d="m3 14 4-3.4 3 2.4 3.6-3.8 3.5 3.6" />
  </>,
);
export const CameraIcon = icon(
  <>
    <path d="M6.6 5.6 7.8 3.8h4.4l1.2 1.8h1.9a1.9 1.9 0 0 1 1.9 1.9v6.8a1.9 1.9 0 0 1-1.9 1.9H4.7a1.9 1.9 0 0 1-1.9-1.9V7.5a1.9 1.9 0 0 1 1.9-1.9Z" />
    <circle cx="10" cy="10.8" r="3" />
  </>,
);
export const CropIcon = icon(<path d="M5.6 2.6v11.8h11.8M2.6 5.6h11.8v11.8" />);
export const MoreIcon = icon(<path d="M4.5 10v.01M10 10v.01M15.5 10v.01" strokeWidth="2.6" />);
export const RefineIcon = icon(<path d="M3.5 6h7M14.5 6h2M3.5 14h2M9.5 14h7M12.5 4v4M7.5 12v4" />);
export const HistoryIcon = icon(
  <>
    <path d="M3.4 7.4A7 7 0 1 1 3 10M3.2 3.8v3.8H7" />
    <path d="M10 6.4V10l2.6 1.8" />
  </>,
);
export const RetryIcon = icon(<path d="M16.6 7.4A7 7 0 1 0 17 10M16.8 3.8v3.8H13" />);
export const SendIcon = icon(<path d="M10 16.5v-13M4.8 8.7 10 3.5l5.2 5.2" />);
export const HeartIcon = icon(<path d="M10 16.4S3.2 12.5 3.2 7.9A3.6 3.6 0 0 1 10 6.2a3.6 3.6 0 0 1 6.8 1.7c0 4.6-6.8 8.5-6.8 8.5Z" />);
export const StopIcon = icon(<rect x="5" y="5" width="10" height="10" rx="1.5" fill="currentColor" />);
export const PlayIcon = icon(<path d="M6.5 4.2v11.6l9.5-5.8Z" fill="currentColor" />);
export const WaveIcon = icon(<path d="M3 8.5v3M6.5 5.5v9M10 3v14M13.5 6.5v7M17 8.5v3" />);
export const MicrophoneIcon = icon(
  <>
    <rect x="7.4" y="2.6" width="5.2" height="9.4" rx="2.6" />
    <path d="M4.4 9.6a5.6 5.6 0 0 0 11.2 0M10 15.2v2.4" />
  </>,
);
