@echo off
rem Runs the bundled command line: with the runtime that VS Code names, else with the node on PATH.
setlocal
if defined REWARD_LEDGER_NODE if exist "%REWARD_LEDGER_NODE%" (
  set ELECTRON_RUN_AS_NODE=1
  "%REWARD_LEDGER_NODE%" "%~dp0..\dist\cli.cjs" %*
  exit /b
)
node "%~dp0..\dist\cli.cjs" %*
