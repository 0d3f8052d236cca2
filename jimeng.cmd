@rem The jimeng command of this clone on Windows; the file jimeng beside it says more.
@echo off
setlocal
set "clone=%~dp0"
pushd "%clone%" && node scripts\setup.mjs --run-only || exit /b 1
popd
set "PATH=%clone%node_modules\.bin;%PATH%"
node "%clone%packages\cli\bin\jimeng.mjs" %*
