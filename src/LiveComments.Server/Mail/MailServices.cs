using LiveComments.Configuration;

namespace LiveComments.Server.Mail;

/// <summary>Registers e-mail.</summary>
internal static class MailServices
{
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddSection<MailOptions>("LiveComments:Mail").ValidateDataAnnotations().ValidateForm(options => options.Fault());
        services.AddSingleton<SmtpSender>();
        services.AddSingleton<MailMetrics>();
        services.AddSingleton<MailQueue>();
        services.AddSingleton<IExternalHealth>(provider => provider.GetRequiredService<MailQueue>());
        services.AddHostedService(provider => provider.GetRequiredService<MailQueue>());
        return services;
    }
}
