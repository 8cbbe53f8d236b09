# Everything goes through tools/make.sh, in one of two modes: natively, or in Docker. Works with GNU make 3.81.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help build run test test-long restart restart_fg restart_resp stop clean lint bench bench-quick

help:
	@cat tools/help.txt

build run test test-long restart restart_fg restart_resp stop clean lint bench bench-quick:
	@tools/make.sh $@
