{{/* Names and labels, nothing else. */}}

{{- define "urumi.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{- define "urumi.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "urumi.labels" -}}
{{ include "urumi.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "urumi.host" -}}{{ .Values.dashboardHost | default .Values.stores.domain }}{{- end }}

{{/* Where the dashboard is. */}}
{{- define "urumi.url" -}}
{{- $usual := eq (int .Values.stores.port) (ternary 443 80 (eq .Values.stores.scheme "https")) -}}
{{ .Values.stores.scheme }}://{{ include "urumi.host" . }}{{ if not $usual }}:{{ .Values.stores.port }}{{ end }}
{{- end }}
