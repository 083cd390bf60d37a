using LiveComments.Load.Net;
using LiveComments.Load.Target;

namespace LiveComments.Load.Measure;

/// <summary>What server and client use from now on, and what others took from them meanwhile: figures taken on a busy machine say little.</summary>
internal sealed class Usage(LoadTarget target)
{
    private readonly ProcessSample _server = target.Sample();
    private readonly TimeSpan _client = Environment.CpuUsage.TotalTime;
    private readonly TimeSpan _machine = Machine.Busy();
    private readonly long _start = Clock.Now;

    /// <summary>Adds elapsed time, CPU of both sides and the server's memory and disk writes to a report.</summary>
    /// <param name="per">What the CPU time was used for, and how many of them: "comment".</param>
    /// <param name="viewers">Who watched meanwhile, if it was used for them.</param>
    /// <returns>The seconds that CPU time was divided by, for what else happened meanwhile.</returns>
    public double AddTo(Report report, string per, long count, int viewers = 0)
    {
        var seconds = (Clock.Now - _start) / 1e6;
        report.Add("elapsed", seconds, "s");
        if (target.IsMeasured)
        {
            var now = target.Sample();
            var cpu = now.Cpu - _server.Cpu;
            if (viewers > 0)
                report.Add("server CPU per viewer and second, all", cpu.TotalMicroseconds / viewers / seconds, "µs");
            report.Add("server CPU", cpu.TotalSeconds, "s").Add("server CPU", cpu.TotalSeconds / seconds, "cores")
                .Add($"server CPU per {per}", cpu.TotalMicroseconds / Math.Max(1, count), "µs")
                .Add("server memory", now.Resident / 1048576.0, "MiB").Add("server memory, highest so far", now.Highest / 1048576.0, "MiB")
                .Add($"written to disk per {per}", (now.Written - _server.Written) / (double)Math.Max(1, count), "bytes");
        }
        var client = (Environment.CpuUsage.TotalTime - _client).TotalSeconds;
        report.Add("client CPU", client / seconds, "cores").Add($"client CPU per {per}", client * 1e6 / Math.Max(1, count), "µs");
        if (target.IsMeasured)
            report.Add("CPU used by others", Math.Max(0, (Machine.Busy() - _machine).TotalSeconds - client - (target.Sample().Cpu - _server.Cpu).TotalSeconds) / seconds, "cores");
        return seconds;
    }
}
