#!/bin/sh
# Draws the demo's three recordings anew: ./make.sh (needs ffmpeg with libvpx-vp9, libopus and the DejaVu fonts).
# -cues_to_front puts the index before the media, so a player can seek by range requests from its first read.
set -eu
cd "$(dirname "$0")"

# clip NAME SECONDS BACKGROUND ACCENT HERTZ TITLE "first slide" "second slide" "third slide"
clip() {
    name=$1 seconds=$2 background=$3 accent=$4 hertz=$5 title=$6
    third=$((seconds / 3)) twothirds=$((seconds * 2 / 3))
    plain="font='DejaVu Sans':fontcolor=0x1b2430"
    muted="font='DejaVu Sans':fontcolor=0x6b7684"
    ffmpeg -hide_banner -loglevel error -y \
        -f lavfi -i "color=$background:s=480x270:r=8:d=$seconds" \
        -f lavfi -i "color=$accent:s=12x12:r=8:d=$seconds" \
        -f lavfi -i "color=$accent:s=480x4:r=8:d=$seconds" \
        -f lavfi -i "sine=f=$hertz:r=48000:d=$seconds" \
        -filter_complex "
            [0]drawbox=x=20:y=52:w=316:h=182:color=white:t=fill,
               drawbox=x=350:y=52:w=110:h=86:color=0x2a3544:t=fill,
               drawbox=x=350:y=148:w=110:h=86:color=0x3a4658:t=fill,
               drawtext=$plain:fontsize=17:x=20:y=20:text='Recorded session',
               drawtext=$plain:fontsize=17:x=460-tw:y=20:text='%{pts\:gmtime\:0\:%M\\\\\\:%S}',
               drawtext=$plain:fontsize=15:x=38:y=72:text='$title',
               drawtext=$plain:fontsize=19:x=38:y=118:text='$7':enable='lt(t,$third)',
               drawtext=$plain:fontsize=19:x=38:y=118:text='$8':enable='between(t,$third,$twothirds)',
               drawtext=$plain:fontsize=19:x=38:y=118:text='$9':enable='gt(t,$twothirds)',
               drawtext=$muted:fontsize=11:x=38:y=212:text='Demo recording – no real people',
               drawtext=font='DejaVu Sans':fontcolor=white:fontsize=11:x=350+(110-tw)/2:y=90:text='Student-Teacher',
               drawtext=font='DejaVu Sans':fontcolor=white:fontsize=11:x=350+(110-tw)/2:y=186:text='Student'[slide];
            [slide][1]overlay=x='38+138*(1-cos(2*PI*t/12))':y='178-10*sin(2*PI*t/3)':shortest=1[dot];
            [dot][2]overlay=x='-480+480*t/$seconds':y=266:shortest=1,format=yuv420p[video];
            [3]volume=0.06,tremolo=f=0.2:d=0.7,afade=d=2,afade=t=out:st=$((seconds - 2)):d=2[audio]" \
        -map "[video]" -map "[audio]" \
        -c:v libvpx-vp9 -crf 50 -b:v 0 -g 48 -deadline good -cpu-used 1 -row-mt 0 -threads 1 \
        -c:a libopus -b:a 6k -ac 1 -application audio -frame_duration 60 \
        -map_metadata -1 -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -cues_to_front 1 "$name.webm"
}

clip recap 72 0xeef2f8 0x2f6fdb 220 'Recap and warm-up' \
    'Where we stopped' 'Three quick questions' 'What was hard?'
clip exercise 66 0xeef5f1 0x3f8f6b 196 'Working together' \
    'Read the task twice' 'First a simple case' 'Check the answer'
clip questions 69 0xf7f2ec 0xd2694a 247 'Your questions' \
    'What is still unclear?' 'Another example' 'Plan for next week'
