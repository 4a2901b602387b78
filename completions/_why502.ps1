
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'why502' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'why502'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'why502' {
            [CompletionResult]::new('--upstream', '--upstream', [CompletionResultType]::ParameterName, 'An upstream behind the gateway, to be asked the same directly (repeatable)')
            [CompletionResult]::new('--upstream-path', '--upstream-path', [CompletionResultType]::ParameterName, 'Path and query of the direct requests, `/` included')
            [CompletionResult]::new('--upstream-host', '--upstream-host', [CompletionResultType]::ParameterName, 'Host of the direct requests, and the server name in TLS [default: the gateway''s Host; the upstream''s own name in TLS]')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Request method [default: GET, or POST with data]')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'Request method [default: GET, or POST with data]')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'User-Agent; an empty one sends none [default: why502/VERSION]')
            [CompletionResult]::new('--user-agent', '--user-agent', [CompletionResultType]::ParameterName, 'User-Agent; an empty one sends none [default: why502/VERSION]')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Cookies, as `name=value; name2=value2`')
            [CompletionResult]::new('--cookie', '--cookie', [CompletionResultType]::ParameterName, 'Cookies, as `name=value; name2=value2`')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'Credentials for basic authentication')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Credentials for basic authentication')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Data to POST; @FILE and @- read it without line ends; several are joined with `&`')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Data to POST; @FILE and @- read it without line ends; several are joined with `&`')
            [CompletionResult]::new('--data-raw', '--data-raw', [CompletionResultType]::ParameterName, 'The same, but @ means nothing special')
            [CompletionResult]::new('--data-binary', '--data-binary', [CompletionResultType]::ParameterName, 'The same as --data, but @FILE is sent as it is, line ends and all')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'JSON to POST (or @FILE), with the Content-Type and Accept that belong to it')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s')
            [CompletionResult]::new('-E', '-E ', [CompletionResultType]::ParameterName, 'Client certificate, PEM; the key may stand in the same file')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Client certificate, PEM; the key may stand in the same file')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Private key of the client certificate, PEM')
            [CompletionResult]::new('--resolve', '--resolve', [CompletionResultType]::ParameterName, 'Use these addresses for a host and port (repeatable)')
            [CompletionResult]::new('--connect-to', '--connect-to', [CompletionResultType]::ParameterName, 'Connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part means any, or the same (repeatable)')
            [CompletionResult]::new('-x', '-x', [CompletionResultType]::ParameterName, 'Go through this forward proxy; the direct route is the same request without it')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this forward proxy; the direct route is the same request without it')
            [CompletionResult]::new('-U', '-U ', [CompletionResultType]::ParameterName, 'Credentials for the proxy, for basic authentication')
            [CompletionResult]::new('--proxy-user', '--proxy-user', [CompletionResultType]::ParameterName, 'Credentials for the proxy, for basic authentication')
            [CompletionResult]::new('--proxy-header', '--proxy-header', [CompletionResultType]::ParameterName, 'A header for the proxy alone (repeatable)')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Limit for one TCP connect, and for one TLS handshake; decimals are fine [default: 10]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Limit for one exchange as a whole; gateways commonly give up at 60 [default: 90]')
            [CompletionResult]::new('--max-time', '--max-time', [CompletionResultType]::ParameterName, 'Limit for one exchange as a whole; gateways commonly give up at 60 [default: 90]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For people, or for programs')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour; auto means on a terminal')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the report there instead of to the standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the report there instead of to the standard output')
            [CompletionResult]::new('--record', '--record', [CompletionResultType]::ParameterName, 'Save what was seen, without secrets, to be diagnosed again with --replay')
            [CompletionResult]::new('--replay', '--replay', [CompletionResultType]::ParameterName, 'Diagnose what --record saved (or - for the standard input), offline')
            [CompletionResult]::new('--sequential', '--sequential', [CompletionResultType]::ParameterName, 'One probe after the other rather than all at once')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show whom it would ask and the exact bytes it would send, and send nothing')
            [CompletionResult]::new('-I', '-I ', [CompletionResultType]::ParameterName, 'Ask with HEAD: no body is expected')
            [CompletionResult]::new('--head', '--head', [CompletionResultType]::ParameterName, 'Ask with HEAD: no body is expected')
            [CompletionResult]::new('-0', '-0', [CompletionResultType]::ParameterName, 'Ask in HTTP/1.0')
            [CompletionResult]::new('--http1.0', '--http1.0', [CompletionResultType]::ParameterName, 'Ask in HTTP/1.0')
            [CompletionResult]::new('--http1.1', '--http1.1', [CompletionResultType]::ParameterName, 'Ask in HTTP/1.1; this is the default')
            [CompletionResult]::new('--http2', '--http2', [CompletionResultType]::ParameterName, 'Ask in HTTP/2: negotiated over TLS, with prior knowledge in plain http')
            [CompletionResult]::new('--http2-prior-knowledge', '--http2-prior-knowledge', [CompletionResultType]::ParameterName, 'The same, under curl''s other name')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Take any certificate')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take any certificate')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'Use IPv4 addresses only')
            [CompletionResult]::new('--ipv4', '--ipv4', [CompletionResultType]::ParameterName, 'Use IPv4 addresses only')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'Use IPv6 addresses only')
            [CompletionResult]::new('--ipv6', '--ipv6', [CompletionResultType]::ParameterName, 'Use IPv6 addresses only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything that was seen, not only what matters')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything that was seen, not only what matters')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'No progress display')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'No progress display')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Do not mask credentials, cookies and API keys')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Let warnings count as faults in the exit status')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('read', 'read', [CompletionResultType]::ParameterValue, 'Read a response that somebody saved, and show what is wrong with it')
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Ask an upstream alone, and foretell which gateways would answer 502 in front of it')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'The main job with nothing to set up: a lab upstream behind a lab gateway')
            [CompletionResult]::new('lab', 'lab', [CompletionResultType]::ParameterValue, 'An upstream that misbehaves on purpose, to try your own gateway on')
            [CompletionResult]::new('conform', 'conform', [CompletionResultType]::ParameterValue, 'What your own gateway makes of every fault: a table, judged by the RFCs')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'One page on one cause or one gateway, or the list of them')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the report that --format json makes')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'why502;read' {
            [CompletionResult]::new('--method', '--method', [CompletionResultType]::ParameterName, 'The method of the request that was answered: a HEAD has no body')
            [CompletionResult]::new('--ends', '--ends', [CompletionResultType]::ParameterName, 'How the stream ended after the last byte')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For people, or for programs')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour; auto means on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'why502;lint' {
            [CompletionResult]::new('--raw', '--raw', [CompletionResultType]::ParameterName, 'Read a response that somebody saved instead (or - for the standard input)')
            [CompletionResult]::new('--method', '--method', [CompletionResultType]::ParameterName, 'With --raw, the method of the request that was answered: a HEAD has no body')
            [CompletionResult]::new('--ends', '--ends', [CompletionResultType]::ParameterName, 'With --raw, how the stream ended after the last byte')
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'The gateways that count, by name, with commas [default: all that were measured]')
            [CompletionResult]::new('--idle', '--idle', [CompletionResultType]::ParameterName, 'Leave a connection idle for so long, to see when the upstream closes it [default: 0, read Keep-Alive alone]')
            [CompletionResult]::new('-X', '-X ', [CompletionResultType]::ParameterName, 'Request method [default: GET, or POST with data]')
            [CompletionResult]::new('--request', '--request', [CompletionResultType]::ParameterName, 'Request method [default: GET, or POST with data]')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'User-Agent; an empty one sends none [default: why502/VERSION]')
            [CompletionResult]::new('--user-agent', '--user-agent', [CompletionResultType]::ParameterName, 'User-Agent; an empty one sends none [default: why502/VERSION]')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Cookies, as `name=value; name2=value2`')
            [CompletionResult]::new('--cookie', '--cookie', [CompletionResultType]::ParameterName, 'Cookies, as `name=value; name2=value2`')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'Credentials for basic authentication')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Credentials for basic authentication')
            [CompletionResult]::new('-d', '-d', [CompletionResultType]::ParameterName, 'Data to POST; @FILE and @- read it without line ends; several are joined with `&`')
            [CompletionResult]::new('--data', '--data', [CompletionResultType]::ParameterName, 'Data to POST; @FILE and @- read it without line ends; several are joined with `&`')
            [CompletionResult]::new('--data-raw', '--data-raw', [CompletionResultType]::ParameterName, 'The same, but @ means nothing special')
            [CompletionResult]::new('--data-binary', '--data-binary', [CompletionResultType]::ParameterName, 'The same as --data, but @FILE is sent as it is, line ends and all')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'JSON to POST (or @FILE), with the Content-Type and Accept that belong to it')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s')
            [CompletionResult]::new('-E', '-E ', [CompletionResultType]::ParameterName, 'Client certificate, PEM; the key may stand in the same file')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Client certificate, PEM; the key may stand in the same file')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Private key of the client certificate, PEM')
            [CompletionResult]::new('--resolve', '--resolve', [CompletionResultType]::ParameterName, 'Use these addresses for a host and port (repeatable)')
            [CompletionResult]::new('--connect-to', '--connect-to', [CompletionResultType]::ParameterName, 'Connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part means any, or the same (repeatable)')
            [CompletionResult]::new('-x', '-x', [CompletionResultType]::ParameterName, 'Go through this forward proxy; the direct route is the same request without it')
            [CompletionResult]::new('--proxy', '--proxy', [CompletionResultType]::ParameterName, 'Go through this forward proxy; the direct route is the same request without it')
            [CompletionResult]::new('-U', '-U ', [CompletionResultType]::ParameterName, 'Credentials for the proxy, for basic authentication')
            [CompletionResult]::new('--proxy-user', '--proxy-user', [CompletionResultType]::ParameterName, 'Credentials for the proxy, for basic authentication')
            [CompletionResult]::new('--proxy-header', '--proxy-header', [CompletionResultType]::ParameterName, 'A header for the proxy alone (repeatable)')
            [CompletionResult]::new('--connect-timeout', '--connect-timeout', [CompletionResultType]::ParameterName, 'Limit for one TCP connect, and for one TLS handshake; decimals are fine [default: 10]')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Limit for one exchange as a whole; gateways commonly give up at 60 [default: 90]')
            [CompletionResult]::new('--max-time', '--max-time', [CompletionResultType]::ParameterName, 'Limit for one exchange as a whole; gateways commonly give up at 60 [default: 90]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For people, or for programs')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour; auto means on a terminal')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the report there instead of to the standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the report there instead of to the standard output')
            [CompletionResult]::new('-I', '-I ', [CompletionResultType]::ParameterName, 'Ask with HEAD: no body is expected')
            [CompletionResult]::new('--head', '--head', [CompletionResultType]::ParameterName, 'Ask with HEAD: no body is expected')
            [CompletionResult]::new('-0', '-0', [CompletionResultType]::ParameterName, 'Ask in HTTP/1.0')
            [CompletionResult]::new('--http1.0', '--http1.0', [CompletionResultType]::ParameterName, 'Ask in HTTP/1.0')
            [CompletionResult]::new('--http1.1', '--http1.1', [CompletionResultType]::ParameterName, 'Ask in HTTP/1.1; this is the default')
            [CompletionResult]::new('--http2', '--http2', [CompletionResultType]::ParameterName, 'Ask in HTTP/2: negotiated over TLS, with prior knowledge in plain http')
            [CompletionResult]::new('--http2-prior-knowledge', '--http2-prior-knowledge', [CompletionResultType]::ParameterName, 'The same, under curl''s other name')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Take any certificate')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take any certificate')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'Use IPv4 addresses only')
            [CompletionResult]::new('--ipv4', '--ipv4', [CompletionResultType]::ParameterName, 'Use IPv4 addresses only')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'Use IPv6 addresses only')
            [CompletionResult]::new('--ipv6', '--ipv6', [CompletionResultType]::ParameterName, 'Use IPv6 addresses only')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Show everything that was seen, not only what matters')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Show everything that was seen, not only what matters')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'No progress display')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'No progress display')
            [CompletionResult]::new('--show-secrets', '--show-secrets', [CompletionResultType]::ParameterName, 'Do not mask credentials, cookies and API keys')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Let warnings count as faults in the exit status')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'why502;demo' {
            [CompletionResult]::new('--gateway', '--gateway', [CompletionResultType]::ParameterName, 'Put a real gateway in front, if it is installed [default: one that answers as RFC 9209 says]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For people, or for programs')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour; auto means on a terminal')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every fault')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'why502;lab' {
            [CompletionResult]::new('--listen', '--listen', [CompletionResultType]::ParameterName, 'Where to listen: ADDRESS:PORT, or a port of 127.0.0.1')
            [CompletionResult]::new('--fault', '--fault', [CompletionResultType]::ParameterName, 'Serve this fault alone, whatever the path')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'Name the faults, and leave')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'why502;conform' {
            [CompletionResult]::new('--lab', '--lab', [CompletionResultType]::ParameterName, 'Where the lab listens, so that the gateway can reach it: ADDRESS:PORT, or a port of 127.0.0.1')
            [CompletionResult]::new('--how', '--how', [CompletionResultType]::ParameterName, 'Show how to point common gateways, or this one, at the lab, and leave')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Try these faults alone; `why502 lab --list` names them')
            [CompletionResult]::new('-m', '-m', [CompletionResultType]::ParameterName, 'Limit for one request; who is silent for longer is said to hang [default: 10]')
            [CompletionResult]::new('--max-time', '--max-time', [CompletionResultType]::ParameterName, 'Limit for one request; who is silent for longer is said to hang [default: 10]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For people, for programs, or for an issue or a wiki')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour; auto means on a terminal')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the table there instead of to the standard output')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the table there instead of to the standard output')
            [CompletionResult]::new('-H', '-H ', [CompletionResultType]::ParameterName, 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)')
            [CompletionResult]::new('--header', '--header', [CompletionResultType]::ParameterName, 'A header: `Name: value`, `Name;` for an empty one, `Name:` to leave one out (repeatable)')
            [CompletionResult]::new('-A', '-A ', [CompletionResultType]::ParameterName, 'User-Agent; an empty one sends none [default: why502/VERSION]')
            [CompletionResult]::new('--user-agent', '--user-agent', [CompletionResultType]::ParameterName, 'User-Agent; an empty one sends none [default: why502/VERSION]')
            [CompletionResult]::new('-b', '-b', [CompletionResultType]::ParameterName, 'Cookies, as `name=value; name2=value2`')
            [CompletionResult]::new('--cookie', '--cookie', [CompletionResultType]::ParameterName, 'Cookies, as `name=value; name2=value2`')
            [CompletionResult]::new('-u', '-u', [CompletionResultType]::ParameterName, 'Credentials for basic authentication')
            [CompletionResult]::new('--user', '--user', [CompletionResultType]::ParameterName, 'Credentials for basic authentication')
            [CompletionResult]::new('--cacert', '--cacert', [CompletionResultType]::ParameterName, 'Trust the certificates in this PEM file instead of the system''s')
            [CompletionResult]::new('-E', '-E ', [CompletionResultType]::ParameterName, 'Client certificate, PEM; the key may stand in the same file')
            [CompletionResult]::new('--cert', '--cert', [CompletionResultType]::ParameterName, 'Client certificate, PEM; the key may stand in the same file')
            [CompletionResult]::new('--key', '--key', [CompletionResultType]::ParameterName, 'Private key of the client certificate, PEM')
            [CompletionResult]::new('--resolve', '--resolve', [CompletionResultType]::ParameterName, 'Use these addresses for a host and port (repeatable)')
            [CompletionResult]::new('--connect-to', '--connect-to', [CompletionResultType]::ParameterName, 'Connect to HOST2:PORT2 where HOST1:PORT1 is asked for; an empty part means any, or the same (repeatable)')
            [CompletionResult]::new('-s', '-s', [CompletionResultType]::ParameterName, 'No progress display')
            [CompletionResult]::new('--silent', '--silent', [CompletionResultType]::ParameterName, 'No progress display')
            [CompletionResult]::new('--strict', '--strict', [CompletionResultType]::ParameterName, 'Let everything that does not conform count in the exit status')
            [CompletionResult]::new('-k', '-k', [CompletionResultType]::ParameterName, 'Take any certificate')
            [CompletionResult]::new('--insecure', '--insecure', [CompletionResultType]::ParameterName, 'Take any certificate')
            [CompletionResult]::new('-4', '-4', [CompletionResultType]::ParameterName, 'Use IPv4 addresses only')
            [CompletionResult]::new('--ipv4', '--ipv4', [CompletionResultType]::ParameterName, 'Use IPv4 addresses only')
            [CompletionResult]::new('-6', '-6', [CompletionResultType]::ParameterName, 'Use IPv6 addresses only')
            [CompletionResult]::new('--ipv6', '--ipv6', [CompletionResultType]::ParameterName, 'Use IPv6 addresses only')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'why502;explain' {
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'For people, or for programs')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Colour; auto means on a terminal')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'why502;schema' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'why502;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'why502;man' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'why502;help' {
            [CompletionResult]::new('read', 'read', [CompletionResultType]::ParameterValue, 'Read a response that somebody saved, and show what is wrong with it')
            [CompletionResult]::new('lint', 'lint', [CompletionResultType]::ParameterValue, 'Ask an upstream alone, and foretell which gateways would answer 502 in front of it')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'The main job with nothing to set up: a lab upstream behind a lab gateway')
            [CompletionResult]::new('lab', 'lab', [CompletionResultType]::ParameterValue, 'An upstream that misbehaves on purpose, to try your own gateway on')
            [CompletionResult]::new('conform', 'conform', [CompletionResultType]::ParameterValue, 'What your own gateway makes of every fault: a table, judged by the RFCs')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'One page on one cause or one gateway, or the list of them')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of the report that --format json makes')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'why502;help;read' {
            break
        }
        'why502;help;lint' {
            break
        }
        'why502;help;demo' {
            break
        }
        'why502;help;lab' {
            break
        }
        'why502;help;conform' {
            break
        }
        'why502;help;explain' {
            break
        }
        'why502;help;schema' {
            break
        }
        'why502;help;completions' {
            break
        }
        'why502;help;man' {
            break
        }
        'why502;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
