# Préau.  Two commands do everything: `make run` and `make test`.
#   make run      install packages, build, start on loopback with a demo
#   make test     install what the tests need, build, run all of them
#   make build    the programs in build/, the command line as build/preau
#   make install  PREFIX=/usr/local by default
SHELL := /bin/sh
BUILD ?= build
PREFIX ?= /usr/local
DEMO ?= var/demo
PORT ?= 8420

PACKAGES := gcc g++ libdlib-dev make pkg-config meson ninja-build libmicrohttpd-dev \
	libsqlite3-dev libsodium-dev libssl-dev libseccomp-dev libvips-dev \
	libjpeg62-turbo-dev libqrencode-dev libdeflate-dev zlib1g-dev libexpat1-dev \
	libcurl4-openssl-dev libavformat-dev libavcodec-dev libavutil-dev \
	libswresample-dev libswscale-dev libfreetype-dev libpango1.0-dev libcairo2-dev \
	libfontconfig-dev fonts-dejavu-core fonts-wqy-zenhei fonts-symbola fonts-noto-core \
	libmupdf-dev libharfbuzz-dev libopenjp2-7-dev libjbig2dec0-dev libmujs-dev \
	libgumbo-dev libcmocka-dev \
	ca-certificates nodejs npm tzdata
TEST_PACKAGES := $(PACKAGES) clang lld llvm libclang-rt-14-dev chromium chromium-headless-shell \
	libimage-exiftool-perl libheif-examples libvips-tools ffmpeg faketime groff-base postgresql openssl sqlite3 curl unzip \
	libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui \
	clamav-daemon exim4-daemon-light \
	poppler-utils qpdf python3-icalendar \
	gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static

.PHONY: run build test install clean packages

run: packages build
	@sh tools/run-demo.sh $(BUILD) $(DEMO) $(PORT)

build: $(BUILD)/build.ninja
	ninja -C $(BUILD) programs

$(BUILD)/build.ninja: | node_modules
	meson setup -Dlto=true $(BUILD)

node_modules: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch node_modules

packages:
	@sh tools/packages.sh $(PACKAGES)

# The last line sums up, also when there was nothing to run.
test:
	@sh tools/packages.sh $(TEST_PACKAGES) || { echo "0 passed, 1 failed"; exit 1; }
	@node tests/run.mjs $(BUILD)

install: $(BUILD)/build.ninja
	ninja -C $(BUILD)
	meson install --no-rebuild -C $(BUILD)

clean:
	rm -rf $(BUILD)
