"""Which extensions of a name promise something that its bytes can contradict.

An extension is listed when the honest files that bear it can be told by their first bytes, or
are text. ``.dat``, ``.bin``, ``.1`` or a word after a dot promise nothing. Neither do extensions
that are used for very different things (``.img``, ``.raw``, ``.db``, ``.com``, ``.mod``).
"""

from __future__ import annotations


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


PICTURES = _names(
    "jpg jpeg jpe jfif png apng gif webp bmp dib tif tiff heic heif hif avif jp2 j2k "
    "jpf jpx jxl ico cur psd psb cr2 cr3 crw nef nrw arw srf sr2 dng orf rw2 raf pef "
    "srw x3f 3fr iiq svg svgz exr djvu djv xcf "
)
MOVING = _names(
    "mp4 m4v mov qt 3gp 3g2 3gpp avi mkv webm flv f4v wmv asf mpg mpeg vob ogv rmvb "
    "rm divx m2ts mts insv "
)
SOUND = _names(
    "mp3 m4a m4b aac ogg oga opus flac wav wave amr wma aif aiff mid midi ape wv mka caf "
)
DOCUMENTS = _names(
    "pdf doc docx docm dot dotx xls xlsx xlsm xlsb ppt pptx pptm pps ppsx odt ods odp "
    "odg rtf epub mobi chm msg pst eps ps one vsd vsdx "
)
ARCHIVES = _names(
    "zip 7z rar gz tgz bz2 tbz2 xz txz zst lz4 tar cab jar apk ipa deb rpm iso dmg "
    "e01 vhd vhdx vmdk qcow2 vdi xpi whl "
)
PROGRAMS = _names("exe dll msi scr sys class dex swf lnk ")
DATABASES = _names("sqlite sqlite3 mdb accdb kdbx evtx pcap ttf otf woff woff2 ")
TEXTS = _names(
    "txt text md csv tsv json xml html htm xhtml css js py c h cpp hpp java sh bat "
    "cmd ps1 php rb pl sql yaml yml toml ini cfg conf log vcf ics eml srt vtt tex rst "
    "svg m3u m3u8 gpx kml "
)

PROMISING = PICTURES | MOVING | SOUND | DOCUMENTS | ARCHIVES | PROGRAMS | DATABASES | TEXTS
