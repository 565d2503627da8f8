# What one can do here. `make` alone lists it.
MVN := ./mvnw -B
T ?=

.DEFAULT_GOAL := help
.PHONY: help build test unit one format demo bench deb release ci vendor api clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST)

build: ## the jar, app/target/offsite.jar, without tests
	$(MVN) -q -DskipTests package

test: ## everything: unit and integration tests, format, rules
	./offsite test

unit: ## unit tests only
	$(MVN) test

one: ## one test class: make one T=SettingsTest (or T=KillIT)
	@test -n "$(T)" || { echo "make one T=<test class>"; exit 2; }
	$(MVN) verify -Dtest='$(T)' -Dit.test='$(T)' -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false

format: ## brings all sources into the house format
	$(MVN) -q spotless:apply

demo: ## ships, proves and restores a few archives, in a temporary directory
	./offsite demo

bench: ## the whole pipeline beside gpg, sha256sum and rclone, on an idle machine
	bench/run

deb: build ## the Debian package and the archive for other Linuxes, in target/release
	deploy/deb/build

release: ## jar, packages, bill of materials, notes and checksums of this commit, in target/release
	deploy/release

ci: ## what CI runs; installs missing servers on Debian
	.ci/run

vendor: ## compares the libraries of the operators' page with those of npm; needs npm
	.ci/vendor

api: ## the documentation of the API, from its openapi.json
	$(MVN) -q test -pl dashboard -am -Dtest=ApiPagesTest -Dsurefire.failIfNoSpecifiedTests=false -Doffsite.write=true

clean: ## removes all that was built
	$(MVN) -q clean
