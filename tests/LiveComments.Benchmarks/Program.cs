using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using LiveComments.Benchmarks;

if (args is ["kafka", .. var kafka])
    return await KafkaRecords.RunAsync(kafka);
if (args is ["analytics", .. var analytics])
    return await AnalyticsRows.RunAsync(analytics);
if (args is ["log", .. var log])
    return await LogFigures.RunAsync(log);
if (args is ["redis", .. var redis])
    return await RedisFigures.RunAsync(redis);
// In process: the generated projects of the default toolchain would need packages and settings of their own.
var config = ManualConfig.CreateEmpty()
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default)
    .AddExporter(MarkdownExporter.GitHub)
    .WithArtifactsPath(Path.Combine("artifacts", "benchmarks"));
BenchmarkSwitcher.FromAssembly(typeof(KafkaRecords).Assembly).Run(args, config);
return 0;
