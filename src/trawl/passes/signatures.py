"""The table of signatures: which first bytes mean which type.

Sources: the formats' own specifications and registrations (IANA media types, Library of
Congress format descriptions, PRONOM). ``BY_PREFIX`` holds what stands at offset 0,
``BY_OFFSET`` what stands elsewhere within the head.
"""

from __future__ import annotations

from trawl.model import extensions
from trawl.model.media import FileType, Kind


def _type(mime: str, kind: Kind, names: str) -> FileType:
    return FileType(mime, kind, tuple(names.split()))


_TIFF_NAMES = (
    "tif tiff dng cr2 nef nrw arw srf sr2 pef srw 3fr fff iiq mef mos erf kdc dcr rwl raw gpr"
)
_BMFF_NAMES = "mp4 m4v mov qt 3gp 3g2 3gpp 3ga m4a m4b m4p m4r f4v f4a mj2 insv lrv mp4v mp3 aac"
_ASF_NAMES = "wmv wma asf"
_MPEG_NAMES = "mpg mpeg vob m2v mpe m1v m2p dat mod ts m2ts mts mp2 evo"
_EBML_NAMES = "mkv webm mka mks weba mk3d"
_OGG_NAMES = "ogg oga ogv opus spx ogm ogx"

JPEG = _type("image/jpeg", Kind.IMAGE, "jpg jpeg jpe jfif jif jfi thm mpo jps")
PNG = _type("image/png", Kind.IMAGE, "png apng ico")
GIF = _type("image/gif", Kind.IMAGE, "gif ico")
BMP = _type("image/bmp", Kind.IMAGE, "bmp dib")
WEBP = _type("image/webp", Kind.IMAGE, "webp")
TIFF = _type("image/tiff", Kind.IMAGE, _TIFF_NAMES)
DNG = _type("image/x-adobe-dng", Kind.IMAGE, _TIFF_NAMES)
CR2 = _type("image/x-canon-cr2", Kind.IMAGE, _TIFF_NAMES)
NEF = _type("image/x-nikon-nef", Kind.IMAGE, _TIFF_NAMES)
ARW = _type("image/x-sony-arw", Kind.IMAGE, _TIFF_NAMES)
PEF = _type("image/x-pentax-pef", Kind.IMAGE, _TIFF_NAMES)
SRW = _type("image/x-samsung-srw", Kind.IMAGE, _TIFF_NAMES)
HEIC = _type("image/heic", Kind.IMAGE, "heic heif hif heics heifs avci")
AVIF = _type("image/avif", Kind.IMAGE, "avif avifs heif hif")
CR3 = _type("image/x-canon-cr3", Kind.IMAGE, "cr3 crm")
JP2 = _type("image/jp2", Kind.IMAGE, "jp2 j2k jpf jpx jpm j2c jpc jph")
TGA = _type("image/x-tga", Kind.IMAGE, "tga icb vda vst tpic")
ICO = _type("image/vnd.microsoft.icon", Kind.IMAGE, "ico cur")
CUR = _type("image/x-win-bitmap", Kind.IMAGE, "cur ico")

MP4 = _type("video/mp4", Kind.VIDEO, _BMFF_NAMES)
QUICKTIME = _type("video/quicktime", Kind.VIDEO, _BMFF_NAMES)
THREE_GP = _type("video/3gpp", Kind.VIDEO, _BMFF_NAMES)
M4A = _type("audio/mp4", Kind.AUDIO, _BMFF_NAMES)
AVI = _type("video/x-msvideo", Kind.VIDEO, "avi divx xvid")
WAV = _type("audio/x-wav", Kind.AUDIO, "wav wave bwf rf64")
MATROSKA = _type("video/x-matroska", Kind.VIDEO, _EBML_NAMES)
WEBM = _type("video/webm", Kind.VIDEO, _EBML_NAMES)
WMV = _type("video/x-ms-wmv", Kind.VIDEO, _ASF_NAMES)
WMA = _type("audio/x-ms-wma", Kind.AUDIO, _ASF_NAMES)
FLV = _type("video/x-flv", Kind.VIDEO, "flv f4v")
MPEG = _type("video/mpeg", Kind.VIDEO, _MPEG_NAMES)
MPEG_TS = _type("video/mp2t", Kind.VIDEO, _MPEG_NAMES + " tp trp m2t tsv")
OGG_AUDIO = _type("audio/ogg", Kind.AUDIO, _OGG_NAMES)
OGG_VIDEO = _type("video/ogg", Kind.VIDEO, _OGG_NAMES)
REAL = _type("application/vnd.rn-realmedia", Kind.VIDEO, "rm rmvb ra ram rv")
MP3 = _type("audio/mpeg", Kind.AUDIO, "mp3 mp2 mpga mp1 m2a m3a mpg mpeg aac")
AAC = _type("audio/aac", Kind.AUDIO, "aac adts m4a mp4 3gp")
AIFF = _type("audio/aiff", Kind.AUDIO, "aif aiff aifc")
FLAC = _type("audio/flac", Kind.AUDIO, "flac")

PDF = _type("application/pdf", Kind.DOCUMENT, "pdf ai fdf xfdf pdfa indd")
RTF = _type("application/rtf", Kind.DOCUMENT, "rtf doc dot wri")
POSTSCRIPT = _type("application/postscript", Kind.DOCUMENT, "ps eps ai epsf pfa t1 prn txt afm")

TAR = _type("application/x-tar", Kind.ARCHIVE, "tar ova gem unitypackage cbt")
CAB = _type("application/vnd.ms-cab-compressed", Kind.ARCHIVE, "cab msu wsp onepkg")
DEB = _type("application/vnd.debian.binary-package", Kind.ARCHIVE, "deb udeb ipk")
AR = _type("application/x-archive", Kind.ARCHIVE, "a ar lib o la")
ISO = _type("application/x-iso9660-image", Kind.DISK_IMAGE, "iso img udf bin raw dd cdr 001 toast")
DMG = _type("application/x-apple-diskimage", Kind.DISK_IMAGE, "dmg img smi")
VHD = _type("application/x-vhd", Kind.DISK_IMAGE, "vhd avhd vpc")
RAW_DISK = _type(
    "application/x-raw-disk-image",
    Kind.DISK_IMAGE,
    "img dd raw bin dmg iso ima vfd flp 001 000 000 ext4 fat ntfs sys efi com mbr bs vhd",
)
VMDK_TEXT = _type("application/x-vmdk", Kind.DISK_IMAGE, "vmdk")

LUKS = _type("application/x-luks", Kind.ENCRYPTED, "luks img dd raw bin")
BITLOCKER = _type("application/x-bitlocker", Kind.ENCRYPTED, "img dd raw bin vhd")
FILEVAULT = _type("application/x-filevault", Kind.ENCRYPTED, "dmg img dd raw sparseimage")
PGP = _type("application/pgp-encrypted", Kind.ENCRYPTED, "pgp gpg asc txt enc sig key msg eml text")
AGE = _type("application/x-age-encrypted", Kind.ENCRYPTED, "age txt enc")
OFFICE_ENCRYPTED = _type(
    "application/x-encrypted-office",
    Kind.ENCRYPTED,
    "docx xlsx pptx docm xlsm pptm xlsb doc xls ppt dotx xltx potx ppsx",
)

EXE = _type(
    "application/vnd.microsoft.portable-executable",
    Kind.OTHER,
    "exe dll sys scr ocx cpl drv efi mui ax com acm tsp pyd node winmd ime bin so fon rll mod "
    "xll olb tlb cab",
)
JAVA_CLASS = _type("application/java-vm", Kind.OTHER, "class")
MACHO = _type("application/x-mach-binary", Kind.OTHER, "dylib bundle o so a kext bin")
SQLITE = _type(
    "application/vnd.sqlite3",
    Kind.DOCUMENT,
    "sqlite sqlite3 db db3 sqlitedb s3db sl3 dat kexi gpkg mbtiles storedata abcddb sdb",
)
UNKNOWN = _type(
    "application/octet-stream",
    Kind.OTHER,
    "bin dat ps sys h cur cmd com txt log",
)
EMPTY = FileType("application/x-empty", Kind.EMPTY, ())

_TEXT_NAMES = " ".join(sorted(extensions.TEXTS)) + (
    # Text under these names is usual: exports, drafts, fonts and descriptors.
    " doc xls ps eps ai lnk asc key pub sys one cur rm msg dot pst djv mts"
)
TEXT = _type("text/plain", Kind.DOCUMENT, _TEXT_NAMES)
HTML = _type("text/html", Kind.DOCUMENT, _TEXT_NAMES + " mht mhtml epub")
XML = _type("text/xml", Kind.DOCUMENT, _TEXT_NAMES + " svg fodt odt docx xlsx vsd")
SVG = _type("image/svg+xml", Kind.DOCUMENT, _TEXT_NAMES)
JSON = _type("application/json", Kind.DOCUMENT, _TEXT_NAMES)
CSV = _type("text/csv", Kind.DOCUMENT, _TEXT_NAMES)

OTHER, AUDIO, IMAGE, DOC = Kind.OTHER, Kind.AUDIO, Kind.IMAGE, Kind.DOCUMENT
ARCHIVE, DISK = Kind.ARCHIVE, Kind.DISK_IMAGE
_FONT = "ttf otf ttc otc dfont tte woff woff2 ttf otf eot"

_PREFIXES: tuple[tuple[bytes, FileType], ...] = (
    # pictures
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"IIRO", _type("image/x-olympus-orf", IMAGE, "orf ori raw")),
    (b"IIRS", _type("image/x-olympus-orf", IMAGE, "orf ori raw")),
    (b"MMOR", _type("image/x-olympus-orf", IMAGE, "orf ori raw")),
    (b"IIU\x00", _type("image/x-panasonic-rw2", IMAGE, "rw2 rwl raw")),
    (b"FUJIFILMCCD-RAW", _type("image/x-fuji-raf", IMAGE, "raf")),
    (b"II\x1a\x00\x00\x00HEAPCCDR", _type("image/x-canon-crw", IMAGE, "crw thm")),
    (b"FOVb", _type("image/x-sigma-x3f", IMAGE, "x3f")),
    (b"\x00MRM", _type("image/x-minolta-mrw", IMAGE, "mrw")),
    (b"II\xbc\x01", _type("image/vnd.ms-photo", IMAGE, "jxr wdp hdp tif")),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", JP2),
    (b"\xff\x4f\xff\x51", JP2),
    (b"\xff\x0a", _type("image/jxl", IMAGE, "jxl")),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", _type("image/jxl", IMAGE, "jxl")),
    (b"8BPS", _type("image/vnd.adobe.photoshop", IMAGE, "psd psb pdd")),
    (b"gimp xcf", _type("image/x-xcf", IMAGE, "xcf")),
    (b"v/1\x01", _type("image/x-exr", IMAGE, "exr")),
    (b"#?RADIANCE", _type("image/vnd.radiance", IMAGE, "hdr pic rgbe")),
    (b"DDS ", _type("image/vnd-ms.dds", IMAGE, "dds")),
    (b"qoif", _type("image/x-qoi", IMAGE, "qoi")),
    (b"icns", _type("image/x-icns", IMAGE, "icns")),
    (b"BPG\xfb", _type("image/bpg", IMAGE, "bpg")),
    (b"\x8aMNG\r\n", _type("video/x-mng", IMAGE, "mng")),
    (b"\x8bJNG\r\n", _type("image/x-jng", IMAGE, "jng")),
    (b"\x01\xda\x00\x01", _type("image/x-sgi", IMAGE, "sgi rgb rgba bw")),
    (b"\x01\xda\x01\x01", _type("image/x-sgi", IMAGE, "sgi rgb rgba bw")),
    (b"\x59\xa6\x6a\x95", _type("image/x-sun-raster", IMAGE, "ras sun")),
    (b"\xd7\xcd\xc6\x9a", _type("image/wmf", DOC, "wmf emf")),
    (b"SIMPLE  =", _type("image/fits", IMAGE, "fits fit fts")),
    (b"\x0a\x05\x01", _type("image/x-pcx", IMAGE, "pcx")),
    (b"\x0a\x03\x01", _type("image/x-pcx", IMAGE, "pcx")),
    (b"AT&TFORM", _type("image/vnd.djvu", DOC, "djvu djv")),
    # moving pictures
    (b"\x00\x00\x01\xba", MPEG),
    (b"\x00\x00\x01\xb3", MPEG),
    (b"FLV\x01", FLV),
    (b".RMF", REAL),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", WMV),
    (b"\x1a\x45\xdf\xa3", MATROSKA),
    (b"DKIF", _type("video/x-ivf", Kind.VIDEO, "ivf")),
    (b"YUV4MPEG2", _type("video/x-yuv4mpeg", Kind.VIDEO, "y4m yuv")),
    # sound
    (b"ID3", MP3),
    (b"OggS", OGG_AUDIO),
    (b"fLaC", FLAC),
    (b"#!AMR", _type("audio/amr", AUDIO, "amr awb 3ga 3gp")),
    (b"#!SILK_V3", _type("audio/x-silk", AUDIO, "silk slk amr aud")),
    (b"\x02#!SILK_V3", _type("audio/x-silk", AUDIO, "silk slk amr aud")),
    (b"MThd", _type("audio/midi", AUDIO, "mid midi kar rmi smf")),
    (b"MAC ", _type("audio/x-ape", AUDIO, "ape")),
    (b"wvpk", _type("audio/x-wavpack", AUDIO, "wv wvc")),
    (b".snd\x00", _type("audio/basic", AUDIO, "au snd")),
    (b"caff\x00", _type("audio/x-caf", AUDIO, "caf")),
    (b"DSD ", _type("audio/x-dsf", AUDIO, "dsf")),
    (b"MPCK", _type("audio/x-musepack", AUDIO, "mpc")),
    (b"TTA1", _type("audio/x-tta", AUDIO, "tta")),
    (b"\x0b\x77", _type("audio/ac3", AUDIO, "ac3 eac3 a52")),
    (b"\x7f\xfe\x80\x01", _type("audio/vnd.dts", AUDIO, "dts dca")),
    # documents
    (b"%PDF-", PDF),
    (b"\xef\xbb\xbf%PDF-", PDF),
    (b"{\\rtf", RTF),
    (b"%!PS", POSTSCRIPT),
    (b"\xc5\xd0\xd3\xc6", POSTSCRIPT),
    (b"ITSF", _type("application/vnd.ms-htmlhelp", DOC, "chm")),
    (b"\xff\x57\x50\x43", _type("application/vnd.wordperfect", DOC, "wpd wp wp5 wp6 doc wpg")),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", _type("application/onenote", DOC, "one onetoc2")),
    (b"\x00\x01\x00\x00Standard Jet DB", _type("application/x-msaccess", DOC, "mdb mda mde")),
    (b"\x00\x01\x00\x00Standard ACE DB", _type("application/x-msaccess", DOC, "accdb accde accdt")),
    (b"!BDN", _type("application/vnd.ms-outlook-pst", DOC, "pst ost pab")),
    (b"\xcf\xad\x12\xfe", _type("application/x-outlook-express", DOC, "dbx")),
    (b"SQLite format 3\x00", SQLITE),
    (b"bplist0", _type("application/x-bplist", DOC, "plist strings nib webarchive bin xml conf")),
    # archives
    (b"Rar!\x1a\x07", _type("application/vnd.rar", ARCHIVE, "rar cbr rev r00 r01 001 exe")),
    (b"7z\xbc\xaf\x27\x1c", _type("application/x-7z-compressed", ARCHIVE, "7z cb7 001 ufdr")),
    (b"\x1f\x8b\x08", _type(
        "application/gzip", ARCHIVE,
        "gz tgz svgz emz wmz taz z pcf gzip apkg adz xcf vgz mpkg dia als kra xml cpgz rds rda "
        "rdata txz json log csv ggb",
    )),
    (b"BZh", _type("application/x-bzip2", ARCHIVE, "bz2 tbz2 tbz bz boz tb2")),
    (b"\xfd7zXZ\x00", _type("application/x-xz", ARCHIVE, "xz txz")),
    (b"\x28\xb5\x2f\xfd", _type("application/zstd", ARCHIVE, "zst tzst zstd")),
    (b"\x04\x22\x4d\x18", _type("application/x-lz4", ARCHIVE, "lz4 tlz4")),
    (b"LZIP", _type("application/lzip", ARCHIVE, "lz tlz")),
    (b"\x1f\x9d", _type("application/x-compress", ARCHIVE, "z taz")),
    (b"\x1f\xa0", _type("application/x-compress", ARCHIVE, "z taz")),
    (b"\x89LZO\x00\r\n", _type("application/x-lzop", ARCHIVE, "lzo tzo")),
    (b"\x5d\x00\x00\x80\x00", _type("application/x-lzma", ARCHIVE, "lzma tlz")),
    (b"!<arch>\ndebian", DEB),
    (b"!<arch>\n", AR),
    (b"!<thin>\n", AR),
    (b"070701", _type("application/x-cpio", ARCHIVE, "cpio img")),
    (b"070702", _type("application/x-cpio", ARCHIVE, "cpio img")),
    (b"070707", _type("application/x-cpio", ARCHIVE, "cpio img")),
    (b"\xc7\x71", _type("application/x-cpio", ARCHIVE, "cpio img")),
    (b"MSCF", CAB),
    (b"ISc(", _type("application/x-installshield-cab", ARCHIVE, "cab hdr")),
    (b"\x60\xea", _type("application/x-arj", ARCHIVE, "arj")),
    (b"xar!", _type("application/x-xar", ARCHIVE, "xar pkg xip safariextz")),
    (b"SIT!", _type("application/x-stuffit", ARCHIVE, "sit")),
    (b"StuffIt", _type("application/x-stuffit", ARCHIVE, "sit sitx")),
    (b"\xed\xab\xee\xdb", _type("application/x-rpm", ARCHIVE, "rpm")),
    (b"Cr24", _type("application/x-chrome-extension", ARCHIVE, "crx")),
    # disks
    (b"EVF\t\r\n\xff\x00", _type("application/x-ewf", DISK, "e01 s01 ewf e02 e03 e04 e05")),
    (b"EVF2\r\n\x81\x00", _type("application/x-ewf2", DISK, "ex01")),
    (b"LVF\t\r\n\xff\x00", _type("application/x-ewf-logical", DISK, "l01")),
    (b"QFI\xfb", _type("application/x-qcow2", DISK, "qcow2 qcow img")),
    (b"conectix", VHD),
    (b"vhdxfile", _type("application/x-vhdx", DISK, "vhdx avhdx")),
    (b"KDMV", VMDK_TEXT),
    (b"COWD", VMDK_TEXT),
    (b"# Disk DescriptorFile", VMDK_TEXT),
    (b"AFF10\r\n", _type("application/x-aff", DISK, "aff afd afm")),
    (b"hsqs", _type("application/vnd.squashfs", DISK, "squashfs sqfs snap img bin appimage")),
    (b"sqsh", _type("application/vnd.squashfs", DISK, "squashfs sqfs snap img bin")),
    (b"XFSB", RAW_DISK),
    (b"sprs", _type("application/x-apple-sparseimage", DISK, "sparseimage")),
    (b"MSWIM\x00\x00\x00", _type("application/x-ms-wim", ARCHIVE, "wim esd swm")),
    # locked
    (b"LUKS\xba\xbe", LUKS),
    (b"encrcdsa", FILEVAULT),
    (b"\x03\xd9\xa2\x9a", _type("application/x-keepass", Kind.ENCRYPTED, "kdbx kdb")),
    (b"age-encryption.org/", AGE),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", AGE),
    (b"-----BEGIN PGP MESSAGE-----", PGP),
    (b"Salted__", _type("application/x-openssl-encrypted", Kind.ENCRYPTED,
                        "enc aes des bin dat txt ssl key")),
    (b"AES\x02", _type("application/x-aescrypt", Kind.ENCRYPTED, "aes")),
    # programs and their data
    (b"MZ", EXE),
    (b"\x7fELF", _type(
        "application/x-elf", OTHER,
        "so o ko elf bin out exe run mod axf prx puff debug node appimage sys x64 abi3 cgi efi",
    )),
    (b"\xfe\xed\xfa\xce", MACHO),
    (b"\xfe\xed\xfa\xcf", MACHO),
    (b"\xce\xfa\xed\xfe", MACHO),
    (b"\xcf\xfa\xed\xfe", MACHO),
    (b"\xca\xfe\xba\xbe", JAVA_CLASS),
    (b"dex\n", _type("application/vnd.android.dex", OTHER, "dex odex")),
    (b"\x00asm", _type("application/wasm", OTHER, "wasm")),
    (b"FWS", _type("application/x-shockwave-flash", OTHER, "swf")),
    (b"CWS", _type("application/x-shockwave-flash", OTHER, "swf")),
    (b"ZWS", _type("application/x-shockwave-flash", OTHER, "swf")),
    (b"L\x00\x00\x00\x01\x14\x02\x00", _type("application/x-ms-shortcut", OTHER, "lnk")),
    (b"ElfFile\x00", _type("application/x-evtx", OTHER, "evtx")),
    (b"LfLe", _type("application/x-evt", OTHER, "evt")),
    (b"regf", _type("application/x-windows-registry", OTHER, "dat hve reg log sav bak man cs")),
    (b"MDMP", _type("application/x-minidump", OTHER, "dmp mdmp")),
    (b"PAGEDU", _type("application/x-kernel-dump", OTHER, "dmp")),
    (b"\x00\x01\x00\x00\x00", _type("font/ttf", OTHER, _FONT)),
    (b"OTTO", _type("font/otf", OTHER, _FONT)),
    (b"true\x00", _type("font/ttf", OTHER, _FONT)),
    (b"ttcf", _type("font/collection", OTHER, _FONT)),
    (b"wOFF", _type("font/woff", OTHER, _FONT)),
    (b"wOF2", _type("font/woff2", OTHER, _FONT)),
    (b"\x80\x01", _type("application/x-font-type1", OTHER, "pfb pfm t1")),
    (b"\xde\x12\x04\x95", _type("application/x-gettext-translation", OTHER, "mo gmo")),
    (b"\x95\x04\x12\xde", _type("application/x-gettext-translation", OTHER, "mo gmo")),
    (b"TZif", _type("application/tzif", OTHER, "")),
    (b"PACK\x00\x00\x00\x02", _type("application/x-git-pack", OTHER, "pack")),
    (b"\xfftOc", _type("application/x-git-index", OTHER, "idx")),
    (b"\xd4\xc3\xb2\xa1", _type("application/vnd.tcpdump.pcap", OTHER, "pcap cap dmp")),
    (b"\xa1\xb2\xc3\xd4", _type("application/vnd.tcpdump.pcap", OTHER, "pcap cap dmp")),
    (b"\n\r\r\n", _type("application/x-pcapng", OTHER, "pcapng pcap ntar cap")),
    (b"\x89HDF\r\n\x1a\n", _type("application/x-hdf5", OTHER, "h5 hdf5 hdf he5 nc mat keras")),
    (b"\x93NUMPY", _type("application/x-npy", OTHER, "npy")),
    (b"PAR1", _type("application/vnd.apache.parquet", OTHER, "parquet pq")),
    (b"ARROW1\x00\x00", _type("application/vnd.apache.arrow.file", OTHER, "arrow feather ipc")),
    (b"Obj\x01", _type("application/avro", OTHER, "avro")),
    (b"BLENDER", _type("application/x-blender", OTHER, "blend blend1")),
    (b"glTF", _type("model/gltf-binary", OTHER, "glb gltf")),
    (b"AC10", _type("image/vnd.dwg", DOC, "dwg dwt")),
    (b"d8:announce", _type("application/x-bittorrent", OTHER, "torrent")),
    (b"JM\x01\x00PK", _type("application/x-java-jmod", OTHER, "jmod")),
    (b"BC\xc0\xde", _type("application/x-llvm-bitcode", OTHER, "")),
    (b"\x1a\x01", _type("application/x-terminfo", OTHER, "")),
    (b"\x1e\x02", _type("application/x-terminfo", OTHER, "")),
    (b"LPKSHHRH", _type("application/x-systemd-journal", OTHER, "journal")),
)  # fmt: skip

# (offset, bytes, type), read only when nothing stands at the start
BY_OFFSET: tuple[tuple[int, bytes, FileType], ...] = (
    (257, b"ustar", TAR),
    (3, b"-FVE-FS-", BITLOCKER),
    (3, b"NTFS    ", RAW_DISK),
    (3, b"EXFAT   ", RAW_DISK),
    (54, b"FAT1", RAW_DISK),
    (82, b"FAT32   ", RAW_DISK),
    (512, b"EFI PART", RAW_DISK),
    (32, b"NXSB", RAW_DISK),
    (1080, b"\x53\xef", RAW_DISK),
    (1024, b"H+\x00\x04", RAW_DISK),
    (1024, b"HX\x00\x05", RAW_DISK),
    (64, b"\x7f\x10\xda\xbe", _type("application/x-virtualbox-vdi", DISK, "vdi")),
    (60, b"BOOKMOBI", _type("application/x-mobipocket-ebook", DOC, "mobi azw azw3 prc")),
    (128, b"DICM", _type("application/dicom", DOC, "dcm dicom dic img")),
    (2, b"-lh", _type("application/x-lzh-compressed", ARCHIVE, "lzh lha")),
    (2, b"-lz", _type("application/x-lzh-compressed", ARCHIVE, "lzh lha")),
    (7, b"**ACE**", _type("application/x-ace-compressed", ARCHIVE, "ace cba")),
    (2, b"\r\n\0\0\0\0", _type("application/x-python-code", OTHER, "pyc pyo")),
    (2, b"\r\n\1\0\0\0", _type("application/x-python-code", OTHER, "pyc pyo")),
    (36, b"acsp", _type("application/vnd.iccprofile", OTHER, "icc icm")),
    (34, b"LP", _type("application/vnd.ms-fontobject", OTHER, "eot")),
    (40, b" EMF", _type("image/emf", DOC, "emf wmf")),
    (16, b"T-DB", _type("application/x-realm", DOC, "realm")),
)

BY_PREFIX: dict[bytes, tuple[tuple[bytes, FileType], ...]] = {}
for _prefix, _kind in _PREFIXES:
    BY_PREFIX[_prefix[:2]] = (*BY_PREFIX.get(_prefix[:2], ()), (_prefix, _kind))

# Brands of ISO base media files (ISO/IEC 14496-12; registration authority mp4ra.org).
BY_BRAND: dict[bytes, FileType] = {
    b"heic": HEIC, b"heix": HEIC, b"heim": HEIC, b"heis": HEIC, b"hevc": HEIC, b"hevx": HEIC,
    b"mif1": HEIC, b"msf1": HEIC, b"miaf": HEIC, b"avif": AVIF, b"avis": AVIF, b"crx ": CR3,
    b"qt  ": QUICKTIME, b"M4A ": M4A, b"M4B ": M4A, b"M4P ": M4A, b"F4A ": M4A, b"F4B ": M4A,
    b"jp2 ": JP2, b"jpx ": JP2, b"jpm ": JP2,
}  # fmt: skip
