using System.Globalization;

namespace LiveComments.Load.Measure;

/// <summary>What a process has used so far, from <c>/proc</c>.</summary>
/// <param name="Cpu">User and system time.</param>
/// <param name="Resident">Bytes of memory now.</param>
/// <param name="Highest">The most it ever had, in bytes.</param>
/// <param name="Written">Bytes it has had written to disk; 0 where that may not be read.</param>
internal readonly record struct ProcessSample(TimeSpan Cpu, long Resident, long Highest, long Written)
{
    /// <summary>Linux counts process time in ticks of 1/100 s wherever .NET runs.</summary>
    private const double TicksPerSecond = 100;

    public static ProcessSample Of(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // the name before may hold spaces
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return new ProcessSample(TimeSpan.FromSeconds(ticks / TicksPerSecond), Field(pid, "status", "VmRSS:") * 1024, Field(pid, "status", "VmHWM:") * 1024, Field(pid, "io", "write_bytes:"));
    }

    private static long Field(int pid, string file, string name)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/{file}").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
